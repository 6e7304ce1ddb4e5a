/** What a file of conformance lines stands on: the app, a Culvert that offers it, and a browser with both places open. */
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../../harness/browser.ts";
import { type AppLayout, type Culvert, startCulvert } from "../../harness/culvert.ts";
import { countedLeaks, wireLeaks } from "../../harness/leaks.ts";
import { closePeerConnections, watchPeerConnections } from "../../harness/peer-connections.ts";
import { stopServiceWorkers } from "../../harness/service-workers.ts";
import { openApp, signIn, waitForState } from "../../harness/visit.ts";
import { type Place, placeIn } from "./place.ts";
import { startTarget, type Target } from "./target.ts";

/** The stage of one file. */
export interface ConformanceStage {
  readonly target: Target;
  readonly culvert: Culvert;
  readonly direct: Place;
  readonly tunnel: Place;
  /** Requests that went past the service worker, counted by the server and on the wire. */
  leaks(): Promise<{ readonly counted: number; readonly onTheWire: readonly string[] }>;
  close(): Promise<void>;
}

/** Sets it: the owner is signed in, the app is open at both places and shows its blank page. */
export async function setConformanceStage(layout: AppLayout): Promise<ConformanceStage> {
  const target = await startTarget();
  let culvert: Culvert | undefined;
  const browsers: Browser[] = [];
  const close = async (): Promise<void> => {
    for (const browser of browsers) await browser.close();
    await culvert?.stop();
    await target.close();
  };
  try {
    culvert = await startCulvert({ appPort: target.port, webrtc: "native", recording: "bytes", layout });
    const nearby = await launchBrowser();
    browsers.push(nearby);
    const faraway = await launchBrowser([hideTarget(target)]);
    browsers.push(faraway);
    const direct = await openDirectly(nearby, target);
    const tunnel = await openThroughTunnel(faraway, target, culvert);
    const { recorder, dashboardHost } = culvert;
    const leaks: ConformanceStage["leaks"] = async () => ({
      counted: (await countedLeaks(tunnel.page)).total,
      onTheWire: wireLeaks(recorder, dashboardHost),
    });
    return { target, culvert, direct, tunnel, leaks, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A viewer's browser is on another machine: what it asks of its own loopback never is the app. */
export function hideTarget({ port }: Target): string {
  const nowhere = "127.0.0.1:9";
  return `--host-resolver-rules=MAP localhost:${port} ${nowhere}, MAP 127.0.0.1:${port} ${nowhere}`;
}

/** `localhost` and not the IP literal: a name, as an app's own address mostly is, and a secure context. */
async function openDirectly(browser: Browser, target: Target): Promise<Place> {
  const context = await browser.newContext({ locale: "en-GB", acceptDownloads: true });
  const openTab = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`http://localhost:${target.port}${path}`);
    return page;
  };
  const nothing = async (): Promise<void> => undefined;
  return placeIn({ via: "direct", page: await openTab("/"), target, openTab, stopWorker: nothing, losePath: nothing });
}

async function openThroughTunnel(browser: Browser, target: Target, culvert: Culvert): Promise<Place> {
  const context = await browser.newContext({ locale: "en-GB", acceptDownloads: true });
  await watchPeerConnections(context);
  const page = await context.newPage();
  await signIn(page, culvert.signInLink);
  await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
  const address = page.url().split("#", 1)[0];
  const openTab = async (path: string): Promise<Page> => {
    const tab = await context.newPage();
    await tab.goto(`${address}#${path}`);
    return tab;
  };
  const losePath = async (): Promise<void> => {
    if ((await closePeerConnections(page)) === 0) throw new Error("There was no data channel to lose.");
    await waitForState(page, /^(?!Direct)/);
    await waitForState(page, /^Direct/);
  };
  return placeIn({ via: "tunnel", page, target, openTab, stopWorker: () => stopServiceWorkers(page), losePath });
}
