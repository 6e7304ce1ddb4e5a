/** opencode: a single page under a strict policy; events over SSE, a terminal over a WebSocket. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { packageVersion } from "../package-version.ts";
import type { RealApp } from "../real-app.ts";
import { runInShell } from "../shell-command.ts";

const project = (dataFolder: string): string => join(dataFolder, "project");

export const opencode: RealApp = {
  name: "opencode",
  title: "opencode",
  drives: "a session whose title changes live over SSE, and a command in its terminal over a WebSocket",
  readyPath: "/",
  version: (folder) => packageVersion(folder, "opencode-ai"),
  prepare: ({ dataFolder }) => {
    mkdirSync(project(dataFolder));
    writeFileSync(join(project(dataFolder), "README.md"), "# project\n");
    execFileSync("git", ["init", "-q", project(dataFolder)]);
  },
  command: ({ folder, dataFolder, port }) => ({
    program: join(folder, "node_modules", ".bin", "opencode"),
    args: ["serve", "--hostname", "127.0.0.1", "--port", String(port), "--print-logs"],
    env: { OPENCODE_DISABLE_AUTOUPDATE: "1" },
    cwd: project(dataFolder),
  }),
  async check({ way, page, app, goto, dataFolder }) {
    const directory = project(dataFolder);
    const sessions = `/${Buffer.from(directory).toString("base64url")}/session`;
    await goto(sessions);
    await app.locator("[contenteditable=true]").first().waitFor();
    const run = `${way}-${Date.now()}`;
    const made = await ask(app, { method: "POST", path: "/session", body: { title: `first ${run}` }, directory });
    await goto(`${sessions}/${made.id}`);
    await app.getByText(`first ${run}`).first().waitFor();
    await renameUntilSeen({ app, directory, run, id: made.id });
    await page.keyboard.press("Control+`");
    await app.locator("canvas, .xterm, [data-component=terminal]").first().waitFor();
    await runInShell(page, join(directory, `${run}.txt`));
  },
};

/** Gives a session new titles until the page shows one: it learns of them from its event stream, once that is open. */
async function renameUntilSeen({ app, directory, run, id }: Renaming): Promise<void> {
  for (let left = 8; ; left -= 1) {
    const title = `renamed ${left} ${run}`;
    await ask(app, { method: "PATCH", path: `/session/${id}`, body: { title }, directory });
    const shown = app.getByText(title).first().waitFor({ timeout: 8_000 });
    const fault = await shown.catch((thrown: unknown) => thrown);
    if (fault === undefined) return;
    if (left === 1) throw fault;
  }
}

interface Renaming {
  readonly app: Frame;
  readonly directory: string;
  readonly run: string;
  readonly id: string;
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly directory: string;
}

/** A call of the app's own interface, from its page. */
function ask(app: Frame, question: Question): Promise<{ readonly id: string }> {
  return app.evaluate(async ({ method, path, body, directory }) => {
    const answer = await fetch(`${path}?directory=${encodeURIComponent(directory)}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return (await answer.json()) as { id: string };
  }, question);
}
