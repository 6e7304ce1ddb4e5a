/**
 * An app that stands open in a Chromium without a network inspector: Playwright asks DevTools for an event about every
 * chunk of every answer, which costs more than a tenth of a fast download and which no user pays.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type BarePage, openBarePage } from "../../harness/bare-browser.ts";
import { pressOpen } from "../../harness/bare-visit.ts";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { type RemoteCandidate, readSelectedRemotes, rememberPeerConnections } from "../../harness/peer-connections.ts";
import { descendants, processorMs } from "../process-usage.ts";
import { download, upload } from "./in-page.ts";

/** The open app; both measures give MiB/s. */
export interface BareApp {
  download(bytes: number): Promise<number>;
  upload(bytes: number): Promise<number>;
  /** Where the data channels that are up lead to. */
  remotes(): Promise<readonly RemoteCandidate[]>;
  /** Processor time so far, in ms, of the agent and of the whole Chromium that the app stands open in. */
  processorMs(): { readonly agent: number; readonly chromium: number };
  close(): Promise<void>;
}

const waitMs = 30_000;
const lookAgainMs = 50;

/**
 * Starts a Culvert with this WebRTC library on the agent and a Chromium of its own, and opens the app there. `linkUrl`: the
 * impaired link that the data channels lead through; without it they go straight.
 */
export async function openBareApp(webrtc: "werift" | "native", linkUrl?: string): Promise<BareApp> {
  const target = fork(fileURLToPath(new URL("bench-target.ts", import.meta.url)));
  const [{ port }] = (await once(target, "message")) as [{ port: number }];
  const culvert = await startCulvert({ appPort: port, webrtc, recording: "count", linkUrl });
  const page = await openBarePage(culvert.signInLink, { firstScript: `(${rememberPeerConnections})()` });
  const inApp = (expression: string): Promise<unknown> =>
    page.evaluateInFrame(({ host, pathname }) => pathname === "/" && isAppHost(host, culvert), expression);
  await pressOpen(page);
  await until(async () => (await inApp("document.readyState")) === "complete", "the app did not open");
  const run = async (measure: (bytes: number) => Promise<number>, bytes: number): Promise<number> =>
    Number(await inApp(`(${measure})(${bytes})`));
  return {
    download: (bytes) => run(download, bytes),
    upload: (bytes) => run(upload, bytes),
    remotes: async () => (await page.evaluate(`(${readSelectedRemotes})()`)) as readonly RemoteCandidate[],
    processorMs: () => ({
      agent: processorMs(descendants(process.pid, "peer-agent/src/cli/main.ts")),
      chromium: processorMs(descendants(page.pid)),
    }),
    close: () => closeAll(page, culvert, target),
  };
}

function isAppHost(host: string, culvert: Culvert): boolean {
  return host.endsWith(`.${culvert.dashboardHost}`);
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const untilMs = Date.now() + waitMs;
  // A document that is being replaced answers nothing.
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > untilMs) throw new Error(otherwise);
    await setTimeout(lookAgainMs);
  }
}

async function closeAll(page: BarePage, culvert: Culvert, target: ChildProcess): Promise<void> {
  await page.close();
  await culvert.stop();
  target.disconnect();
  await once(target, "exit");
}
