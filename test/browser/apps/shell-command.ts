/** A command typed into a terminal that draws on a canvas: nothing tells when it listens, but what the shell does does. */
import { existsSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { waitUntil } from "../../harness/wait-until.ts";

const tries = 8;
const tryMs = 8_000;

/**
 * Types a calculation into the focused terminal, again where nobody took it, until the shell has written its result into
 * a file. Throws where it never comes or is another.
 */
export async function runInShell(page: Page, file: string): Promise<void> {
  const read = (): string | undefined =>
    existsSync(file) ? readFileSync(file, "utf8").trim() || undefined : undefined;
  let text: string | undefined;
  for (let left = tries; left > 0 && text === undefined; left -= 1) {
    // What a shell that was not ready took of an earlier try stands there as half a line.
    if (left < tries) await page.keyboard.press("Control+c");
    await page.keyboard.type(`echo $((40+2)) > '${file}'\n`);
    text = await waitUntil("what the terminal's command writes", read, tryMs).catch((fault: unknown) => {
      if (left === 1) throw fault;
      return undefined;
    });
  }
  if (text !== "42") throw new Error(`The terminal wrote "${text}".`);
}
