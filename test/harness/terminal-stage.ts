/** A whole Culvert whose machine publishes terminals beside an app, and a browser that opens them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Frame, Page } from "playwright-core";
import { endTmux, freshTmuxSocket } from "../../terminal/src/testing/tmux.ts";
import { TranscriptReader } from "../../terminal/src/transcript/transcript-reader.ts";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { launchBrowser } from "./browser.ts";
import { type Culvert, startCulvert } from "./culvert.ts";
import { watchPeerConnections } from "./peer-connections.ts";
import { appFrame, signIn } from "./visit.ts";

export interface TerminalStage {
  readonly culvert: Culvert;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** The name of the tmux server that sessions run in. */
  readonly tmuxSocket: string;
  /** An empty folder for sessions to start in. */
  readonly workFolder: string;
  /** Signs in and opens the service; gives its frame, which shows the list. */
  open(): Promise<Frame>;
  /** All bytes of a session's transcript, from the agent's folder. */
  transcript(id: string): string;
  stop(): Promise<void>;
}

/** How the browser is, and an impaired link that data channels lead through. */
export interface TerminalStageOptions extends BrowserContextOptions {
  readonly linkUrl?: string;
}

/** Starts everything; the agent is online. */
export async function startTerminalStage(options: TerminalStageOptions = {}): Promise<TerminalStage> {
  const { linkUrl, ...contextOptions } = options;
  const tmuxSocket = freshTmuxSocket();
  const workFolder = mkdtempSync(join(tmpdir(), "culvert-sessions-"));
  const showcase = createShowcase();
  const appPort = await showcase.listen(0);
  const agentWords = ["--terminal", "--tmux", tmuxSocket];
  const culvert = await startCulvert({ appPort, webrtc: "native", recording: "count", agentWords, linkUrl });
  const browser = await launchBrowser();
  const context = await browser.newContext(contextOptions);
  await watchPeerConnections(context);
  const page = await context.newPage();
  return {
    ...{ culvert, browser, context, page, tmuxSocket, workFolder },
    async open() {
      await signIn(page, culvert.signInLink);
      const link = page.getByRole("link", { name: `Open app on ${culvert.serverLabel}` });
      const address = new URL((await link.getAttribute("href")) ?? "", page.url()).href;
      await page.goto(address.replace(/\/app$/, "/terminal"));
      const frame = await appFrame(page);
      await frame.getByRole("heading", { name: "Terminals" }).waitFor();
      return frame;
    },
    transcript(id) {
      const reader = new TranscriptReader(join(culvert.agentData, "terminals", "sessions", id));
      const parts: Uint8Array[] = [];
      for (let offset = reader.start; ; ) {
        const bytes = reader.read(offset, 1024 * 1024);
        if (bytes === undefined || bytes.length === 0) return Buffer.concat(parts).toString("utf8");
        parts.push(bytes);
        offset += bytes.length;
      }
    },
    async stop() {
      await browser.close();
      await culvert.stop();
      await showcase.close();
      endTmux(tmuxSocket);
      rmSync(workFolder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Starts a session by the form and waits until keys reach it. */
export async function startSession(frame: Frame, workspace: string, folder: string): Promise<void> {
  await frame.getByLabel("Workspace").fill(workspace);
  await frame.getByLabel("Folder").fill(folder);
  await frame.getByRole("button", { name: "Start", exact: true }).click();
  await untilLive(frame);
}

/** Waits until a session's page is connected and keys reach it. */
export async function untilLive(frame: Frame): Promise<void> {
  await frame.locator('.state[data-state="ready"]').waitFor({ timeout: 60_000 });
}

/** The screen and the lines above it, as text; trailing empty lines left out. */
export function screenText(frame: Frame): Promise<string> {
  return frame.evaluate(() => {
    const screen = document.querySelector<HTMLElement & { culvertText(): string }>(".screen");
    return screen?.culvertText() ?? "";
  });
}
