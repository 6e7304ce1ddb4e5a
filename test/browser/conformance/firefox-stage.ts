/** The stage of conformance lines in Firefox: the app at its own address in one, through the App View in another. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Browser, Page as FirefoxTab } from "puppeteer-core";
import { type AppLayout, type Culvert, startCulvert } from "../../harness/culvert.ts";
import { launchFirefox } from "../../harness/firefox.ts";
import { firefoxPage, NotInFirefox } from "../../harness/firefox-page.ts";
import { wireLeaks } from "../../harness/leaks.ts";
import { closePeerConnections, rememberPeerConnections } from "../../harness/peer-connections.ts";
import { waitUntil } from "../../harness/wait-until.ts";
import { type Place, placeIn } from "./place.ts";
import type { ConformanceStage } from "./stage.ts";
import { startTarget, type Target } from "./target.ts";

const openMs = 60_000;

/** Sets it as `setConformanceStage` does. */
export async function setFirefoxStage(layout: AppLayout): Promise<ConformanceStage> {
  const target = await startTarget();
  const folder = mkdtempSync(join(tmpdir(), "culvert-firefox-"));
  let culvert: Culvert | undefined;
  const browsers: Browser[] = [];
  const close = async (): Promise<void> => {
    for (const browser of browsers) await browser.close();
    await culvert?.stop();
    await target.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const start = async (hiddenPort?: number): Promise<{ browser: Browser; downloadFolder: string }> => {
    const downloadFolder = mkdtempSync(join(folder, "downloads-"));
    const browser = await launchFirefox({ downloadFolder, ...(hiddenPort === undefined ? {} : { hiddenPort }) });
    browsers.push(browser);
    return { browser, downloadFolder };
  };
  try {
    culvert = await startCulvert({ appPort: target.port, webrtc: "native", recording: "bytes", layout });
    const direct = await openDirectly(await start(), target);
    const tunnel = await openThroughTunnel(await start(target.port), target, culvert);
    const { recorder, dashboardHost } = culvert;
    const leaks: ConformanceStage["leaks"] = async () => {
      const onTheWire = wireLeaks(recorder, dashboardHost);
      return { counted: onTheWire.length, onTheWire };
    };
    return { target, culvert, direct, tunnel, leaks, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Started {
  readonly browser: Browser;
  readonly downloadFolder: string;
}

/** The tab that the browser begins with. */
async function firstTab(browser: Browser): Promise<FirefoxTab> {
  const [tab] = await browser.pages();
  return tab ?? browser.newPage();
}

async function openDirectly({ browser, downloadFolder }: Started, target: Target): Promise<Place> {
  const openIn = async (tab: FirefoxTab, path: string): Promise<Page> => {
    await tab.goto(`http://localhost:${target.port}${path}`);
    return firefoxPage(tab, downloadFolder);
  };
  const nothing = async (): Promise<void> => undefined;
  return placeIn({
    ...{ via: "direct", page: await openIn(await firstTab(browser), "/"), target },
    openTab: async (path) => openIn(await browser.newPage(), path),
    ...{ stopWorker: nothing, losePath: nothing },
  });
}

async function openThroughTunnel({ browser, downloadFolder }: Started, target: Target, culvert: Culvert) {
  const tab = await firstTab(browser);
  await tab.evaluateOnNewDocument(rememberPeerConnections);
  await tab.goto(culvert.signInLink);
  await press(tab, /^Later$/);
  await press(tab, new RegExp(`^Open .* on ${culvert.serverLabel}$`));
  await connected(tab, /^Direct/);
  const address = tab.url().split("#", 1)[0];
  const page = firefoxPage(tab, downloadFolder);
  return placeIn({
    ...{ via: "tunnel", page, target },
    openTab: async (path) => {
      const other = await browser.newPage();
      await other.goto(`${address}#${path}`);
      return firefoxPage(other, downloadFolder);
    },
    stopWorker: async () => {
      throw new NotInFirefox("Firefox's protocol stops no service worker.");
    },
    losePath: async () => {
      if ((await closePeerConnections(page)) === 0) throw new Error("There was no data channel to lose.");
      await connected(tab, /^(?!Direct)/);
      await connected(tab, /^Direct/);
    },
  });
}

/** Presses a button or link by its name, once it is there. */
async function press(tab: FirefoxTab, name: RegExp): Promise<void> {
  const pressed = () =>
    tab.evaluate((source) => {
      const controls = [...document.querySelectorAll<HTMLElement>("button, a")];
      const nameOf = (control: HTMLElement) => (control.ariaLabel ?? control.innerText).trim();
      const found = controls.find((control) => new RegExp(source).test(nameOf(control)));
      found?.click();
      return found === undefined ? undefined : true;
    }, name.source);
  await waitUntil(`a control ${name}`, pressed, openMs);
}

/** Waits for the state line. */
async function connected(tab: FirefoxTab, words: RegExp): Promise<void> {
  const read = () =>
    tab.evaluate((source) => {
      const line = document.querySelector('button[aria-label^="Connection: "]');
      return new RegExp(source).test(line?.ariaLabel?.replace("Connection: ", "") ?? "-") ? true : undefined;
    }, words.source);
  await waitUntil(`the state line ${words}`, read, openMs);
}
