/** wetty: a shell in xterm.js over socket.io, below the base path `/wetty`, with a service worker there. */
import { join } from "node:path";
import { packageVersion } from "../package-version.ts";
import type { RealApp } from "../real-app.ts";

/** The terminal's text; wetty leaves its terminal on `window`. */
const screenText = (): string => {
  const { wetty_term: terminal } = window as unknown as { wetty_term?: Terminal };
  if (terminal === undefined) return "";
  const { active } = terminal.buffer;
  return Array.from({ length: active.length }, (_, line) => active.getLine(line)?.translateToString(true) ?? "").join(
    "\n",
  );
};

/** What the check reads of xterm.js. */
interface Terminal {
  readonly buffer: {
    readonly active: {
      readonly length: number;
      getLine(line: number): { translateToString(trim: boolean): string } | undefined;
    };
  };
}

export const wetty: RealApp = {
  name: "wetty",
  title: "wetty",
  drives: "a shell command over socket.io: polling, then a WebSocket; below a base path",
  readyPath: "/wetty",
  version: (folder) => packageVersion(folder, "wetty"),
  command: ({ folder, port }) => ({
    program: join(folder, "node_modules", ".bin", "wetty"),
    args: [
      ...["--host", "127.0.0.1", "--port", String(port), "--base", "/wetty"],
      ...["--command", "/bin/bash --norc", "--allow-iframe=false"],
    ],
  }),
  async check({ page, app, goto }) {
    await goto("/wetty");
    await app.locator(".xterm-helper-textarea").waitFor({ state: "attached" });
    const shows = (pattern: string) =>
      app.waitForFunction(`new RegExp(${JSON.stringify(pattern)}, "m").test((${screenText})().trimEnd())`);
    await shows("[#$] *$");
    await app.locator(".xterm-screen").click({ position: { x: 50, y: 50 } });
    const number = Date.now() % 100_000;
    await page.keyboard.type(`echo sum-$((${number}+1))\n`);
    await shows(`^sum-${number + 1}$`);
  },
};
