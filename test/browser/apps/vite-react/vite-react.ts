/** Vite's React template on its dev server: a graph of ES modules, and hot updates over a WebSocket. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageVersion } from "../package-version.ts";
import type { RealApp } from "../real-app.ts";

export const viteReact: RealApp = {
  name: "vite-react",
  title: "Vite + React",
  drives: "the template's page with its images, its counter, and an edited source file that shows without a reload",
  readyPath: "/",
  version: (folder) => {
    const app = join(folder, "app");
    return `${packageVersion(app, "vite")} with React ${packageVersion(app, "react")}`;
  },
  command: ({ folder, port }) => ({
    program: process.execPath,
    args: [
      join("node_modules", "vite", "bin", "vite.js"),
      ...["--host", "127.0.0.1", "--port", String(port), "--strictPort"],
    ],
    cwd: join(folder, "app"),
  }),
  async check({ app, goto, folder }) {
    await goto("/");
    const counter = app.getByRole("button", { name: /count is/i }).first();
    await counter.click();
    await counter.click();
    await counter.and(app.getByRole("button", { name: /count is 2/i })).waitFor();
    await app.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
    await app.evaluate(() => Object.assign(window, { isSamePage: true }));

    const source = sourceFile(folder);
    const written = readFileSync(source, "utf8");
    const heading = `Edited at ${Date.now()}`;
    const edited = written.replace(/<h1>[^<]*<\/h1>/, `<h1>${heading}</h1>`);
    if (edited === written) throw new Error(`${source} has no heading to edit.`);
    try {
      writeFileSync(source, edited);
      await app.getByRole("heading", { name: heading }).waitFor();
      const isSamePage = await app.evaluate(() => Reflect.get(window, "isSamePage") === true);
      if (!isSamePage || !/count is 2/i.test((await counter.textContent()) ?? "")) {
        throw new Error("The page was reloaded in place of a hot update.");
      }
    } finally {
      writeFileSync(source, written);
    }
  },
};

function sourceFile(folder: string): string {
  const sources = join(folder, "app", "src");
  const name = readdirSync(sources).find((file) => /^App\.[jt]sx$/.test(file));
  if (name === undefined) throw new Error(`${sources} has no App component.`);
  return join(sources, name);
}
