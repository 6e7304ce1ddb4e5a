/**
 * code-server: VS Code's workbench over WebSockets, web workers, webviews in frames of their own, a service worker at the
 * root and one for webviews.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { waitUntil } from "../../../harness/wait-until.ts";
import { packageVersion } from "../package-version.ts";
import type { RealApp, Visit } from "../real-app.ts";
import { runInShell } from "../shell-command.ts";

const password = "tunnelpass";
/** What the check does not use asks for things of the Internet and keeps small machines busy. */
const settings = { "chat.disableAIFeatures": true, "workbench.startupEditor": "none" };
const withinMs = 240_000;
const workspace = (dataFolder: string): string => join(dataFolder, "workspace");

export const codeServer: RealApp = {
  name: "code-server",
  title: "code-server",
  drives: "login, a file edited and saved, its markdown preview (a webview), a command in the terminal",
  readyPath: "/healthz",
  version: (folder) => packageVersion(folder, "code-server"),
  prepare: ({ dataFolder }) => {
    mkdirSync(workspace(dataFolder));
    mkdirSync(join(dataFolder, "user", "User"), { recursive: true });
    writeFileSync(join(dataFolder, "user", "User", "settings.json"), JSON.stringify(settings));
  },
  command: ({ folder, dataFolder, port }) => ({
    program: join(folder, "node_modules", ".bin", "code-server"),
    args: [
      ...["--bind-addr", `127.0.0.1:${port}`, "--auth", "password", "--config", "/dev/null"],
      ...["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"],
      ...["--disable-getting-started-override", "--user-data-dir", join(dataFolder, "user")],
      ...["--extensions-dir", join(dataFolder, "extensions"), workspace(dataFolder)],
    ],
    env: { PASSWORD: password },
  }),
  async check(visit) {
    const { app, page, way, goto } = visit;
    const folder = workspace(visit.dataFolder);
    const mark = `${way}-${Date.now()}`;
    const file = `${way}.md`;
    writeFileSync(join(folder, file), "# start\n");
    await goto("/");
    await app.locator("input[name=password]").fill(password);
    await app.locator("input[type=submit]").click();
    await app.locator(".monaco-workbench .explorer-folders-view").waitFor({ timeout: withinMs });

    await app.locator(".explorer-folders-view .monaco-list-row", { hasText: file }).dblclick();
    const lines = app.locator(".editor-instance .view-lines").first();
    await lines.waitFor();
    await lines.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(`typed ${mark}\n`);
    await page.keyboard.press("Control+s");
    const saved = (): true | undefined => readFileSync(join(folder, file), "utf8").includes(mark) || undefined;
    await waitUntil("the edit in its file", saved, withinMs);

    await openPreview(page, app);
    await waitUntil(
      "the edit in the markdown preview",
      async () => (await showsInFrame(visit, mark)) || undefined,
      withinMs,
    );
    await runInTerminal(page, app, join(folder, `${mark}.txt`));
  },
};

/** The markdown preview: its shortcut is an extension's, and nothing tells when the workbench knows it. */
async function openPreview(page: Page, app: Frame): Promise<void> {
  for (let left = 8; ; left -= 1) {
    await page.keyboard.press("Control+Shift+v");
    const preview = app.locator("iframe.webview").first().waitFor({ state: "attached", timeout: 20_000 });
    const fault = await preview.catch((thrown: unknown) => thrown);
    if (fault === undefined) return;
    if (left === 1) throw fault;
  }
}

/** True where a frame inside the app shows the text. */
async function showsInFrame({ page, app }: Visit, text: string): Promise<boolean> {
  for (const frame of page.frames()) {
    if (frame === app || frame === page.mainFrame()) continue;
    const shows = await frame.evaluate((wanted) => document.body?.innerText.includes(wanted), text).catch(() => false);
    if (shows) return true;
  }
  return false;
}

/** Opens the terminal and has its shell write a file. */
async function runInTerminal(page: Page, app: Frame, file: string): Promise<void> {
  await page.keyboard.press("Control+`");
  await app.locator(".terminal-wrapper .xterm-helper-textarea").first().waitFor({ state: "attached" });
  await runInShell(page, file);
}
