/** A real Chromium for a test, and what is kept of a page when the test fails. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page, type Worker } from "playwright-core";
import { onTestFailed } from "vitest";
import { root } from "../architecture/sources.ts";
import { findChromium } from "../provision/chromium.ts";
import { browserEnvironment, browserFlags } from "./chromium-flags.ts";

/** So long a page may take to close before it is asked again. */
const askAgainMs = 3_000;

/** Starts Chromium; `npm test` has seen to it that there is one. `extraFlags`: beside the usual ones. */
export async function launchBrowser(extraFlags: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("Chromium is missing; run the browser tests by npm test.");
  const args = [...browserFlags, ...extraFlags];
  return insistOnClosing(await chromium.launch({ executablePath, args, env: browserEnvironment }));
}

/** Chromium loses the closing of a page that is about to commit a document, and its `close` waits for ever: it is asked again. */
function insistOnClosing(browser: Browser): Browser {
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.on("page", (page) => {
      const close = page.close.bind(page);
      page.close = async (closing) => {
        const ask = async () => (await context.newCDPSession(page)).send("Page.close");
        const again = setInterval(() => void ask().catch(() => undefined), askAgainMs);
        await close(closing).finally(() => clearInterval(again));
      };
    });
    return context;
  };
  return browser;
}

/** Lines that a page and its workers wrote to the console, errors that nobody caught included. */
export interface PageLog {
  readonly lines: readonly string[];
}

/** Keeps a page's console from now on. */
export function logPage(page: Page): PageLog {
  const lines: string[] = [];
  page.on("console", (message) => lines.push(`${message.type()}: ${message.text()} (${message.location().url})`));
  page.on("pageerror", (error) => lines.push(`uncaught: ${error.stack ?? error.message}`));
  page.on("requestfailed", (request) => lines.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ""}`));
  return { lines };
}

/** Keeps the console of the service workers around a page from now on: why an answer broke off stands there. */
export function logServiceWorkers(page: Page): PageLog {
  const lines: string[] = [];
  const follow = (worker: Worker): void => {
    worker.on("console", (message) => lines.push(`${message.type()}: ${message.text()}`));
  };
  for (const worker of page.context().serviceWorkers()) follow(worker);
  page.context().on("serviceworker", follow);
  return { lines };
}

/** Lines by the name of their log. */
export type Logs = Readonly<Record<string, () => readonly string[]>>;

/** Writes logs under test-results/ and returns the folder. */
export function keepLogs(name: string, logs: Logs): string {
  const folder = join(root, "test-results", name);
  mkdirSync(folder, { recursive: true });
  for (const [log, lines] of Object.entries(logs)) writeFileSync(join(folder, `${log}.log`), lines().join("\n"));
  return folder;
}

/** In a test: where it fails, keeps a screenshot, the console and other logs under test-results/. */
export function keepOnFailure(name: string, page: Page, logs: Logs): void {
  onTestFailed(async () => {
    const folder = keepLogs(name, logs);
    if (!page.isClosed()) await page.screenshot({ path: join(folder, "page.png") }).catch(() => undefined);
  });
}
