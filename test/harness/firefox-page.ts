/**
 * Firefox's tabs with the methods that conformance lines use of Playwright's, which cannot drive this browser. Invariant:
 * what Firefox's own protocol cannot do throws NotInFirefox, so that a line is told as not run and never as passed.
 */
import { createReadStream, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Frame, Page } from "playwright-core";
import type { Frame as FirefoxFrame, Page as FirefoxTab } from "puppeteer-core";
import { waitUntil } from "./wait-until.ts";

const waitMs = 20_000;

/** What this browser is not asked for. */
export class NotInFirefox extends Error {}

/** Runs in a page; no closure. */
type Script = (given: never) => unknown;

/** A tab as lines use it. `downloadFolder`: where its downloads arrive. */
export function firefoxPage(tab: FirefoxTab, downloadFolder: string): Page {
  const context = {
    pages: () =>
      tab
        .browser()
        .targets()
        // A frame of another process is a target too, and calls itself a page.
        .filter((target) => target.type() === "page" && target.constructor.name !== "BidiFrameTarget"),
    newPage: () => missing("another tab of a line's own"),
    waitForEvent: () => missing("events of its windows"),
    newCDPSession: () => missing("Chromium's own protocol"),
    setOffline: () => missing("a browser that is taken offline"),
  };
  const page = {
    context: () => context as unknown as BrowserContext,
    url: () => tab.url(),
    mainFrame: () => firefoxFrame(tab.mainFrame(), page as unknown as Page),
    frames: () => tab.frames().map((frame) => firefoxFrame(frame, page as unknown as Page)),
    evaluate: (script: Script, given: unknown) => tab.evaluate(script as (told: unknown) => unknown, given),
    close: () => tab.close(),
    isClosed: () => tab.isClosed(),
    screenshot: ({ path }: { path: string }) => tab.screenshot({ path: path as `${string}.png` }),
    on: (event: "console" | "pageerror" | "requestfailed", listener: (told: never) => void) =>
      void tab.on(event, listener as (told: unknown) => void),
    waitForEvent: (event: string) => {
      if (event !== "download") return missing(`the event ${event}`);
      return waitUntil("a download", () => finishedDownload(downloadFolder), waitMs);
    },
  };
  return page as unknown as Page;
}

function firefoxFrame(frame: FirefoxFrame, page: Page): Frame {
  const own = {
    page: () => page,
    url: () => frame.url(),
    evaluate: (script: Script, given: unknown) => frame.evaluate(script as (told: unknown) => unknown, given),
    click: (selector: string) => frame.click(selector),
    waitForSelector: (selector: string) => frame.waitForSelector(selector, { timeout: waitMs }),
    waitForFunction: (script: () => boolean) => frame.waitForFunction(script, { timeout: waitMs }),
    waitForLoadState: () => frame.waitForFunction(() => document.readyState === "complete", { timeout: waitMs }),
    waitForURL: (fits: (url: URL) => boolean) =>
      waitUntil("an address", () => (fits(new URL(frame.url())) ? true : undefined), waitMs),
    setInputFiles: (selector: string, file: { name: string; mimeType: string; buffer: Buffer }) =>
      frame.evaluate(
        (field, name, type, bytes) => {
          const chosen = new DataTransfer();
          chosen.items.add(new File([new Uint8Array(bytes)], name, { type }));
          const input = document.querySelector<HTMLInputElement>(field);
          if (input === null) throw new Error(`There is no ${field}.`);
          input.files = chosen.files;
          input.dispatchEvent(new Event("change", { bubbles: true }));
        },
        ...([selector, file.name, file.mimeType, [...file.buffer]] as const),
      ),
  };
  return own as unknown as Frame;
}

/** A file that Firefox has finished: while it writes, one of the same name and `.part` is there. Reading removes it. */
function finishedDownload(folder: string) {
  const [name] = readdirSync(folder).filter((file) => !file.endsWith(".part"));
  if (name === undefined || existsSync(join(folder, `${name}.part`))) return undefined;
  const path = join(folder, name);
  // It holds the name's place before anything has come; lines download nothing that is empty.
  if (statSync(path).size === 0) return undefined;
  return {
    suggestedFilename: () => name,
    createReadStream: async () => createReadStream(path).on("close", () => rmSync(path)),
  };
}

function missing(what: string): never {
  throw new NotInFirefox(`Firefox is not asked for ${what}.`);
}
