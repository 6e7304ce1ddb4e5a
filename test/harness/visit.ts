/** What an owner does in the browser, step by step, as a person would: by the words on the page. */
import type { Frame, Page } from "playwright-core";
import { isAppHost } from "./app-host.ts";
import { waitUntil } from "./wait-until.ts";

const openMs = 30_000;

/** Signs in by a one-time link, leaves setting up for later, and waits for the list of servers, be it empty. */
export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await leaveSetUp(page);
  const list = page.getByRole("heading", { name: /^(Servers|Connect your first server)$/, level: 1 });
  await list.waitFor({ timeout: openMs });
}

/** Says "Later" where the dashboard asks how to sign in from now on: an owner who never chose is asked once. */
export async function leaveSetUp(page: Page): Promise<void> {
  const later = page.getByRole("button", { name: "Later", exact: true });
  const elsewhere = page.getByRole("navigation", { name: "Pages" }).or(page.locator("iframe"));
  await later.or(elsewhere).first().waitFor({ timeout: openMs });
  if (await later.isVisible()) await later.click();
}

/** Presses Open beside a server and waits until its app stands in the page. */
export async function openApp(page: Page, serverLabel: string): Promise<Frame> {
  await page.getByRole("link", { name: new RegExp(`^Open .* on ${serverLabel}$`) }).click();
  return appFrame(page);
}

/** Answers the question that stands before something that cannot be taken back. */
export async function confirm(page: Page, label: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: label, exact: true }).click();
}

/** The frame of the app: on an app's host and not one of ours. */
export async function appFrame(page: Page): Promise<Frame> {
  const dashboardHost = new URL(page.url()).host;
  const find = (): Frame | undefined =>
    page.frames().find((frame) => {
      const url = URL.canParse(frame.url()) ? new URL(frame.url()) : undefined;
      return url !== undefined && isAppHost(url.host, dashboardHost) && !url.pathname.startsWith("/.culvert/");
    });
  const frame = await waitUntil("the app's frame", find, openMs);
  await frame.waitForLoadState("load", { timeout: openMs });
  return frame;
}

/** Waits until the state line says how the app is connected: `Direct · 12 ms`. */
export async function waitForState(page: Page, words: RegExp, timeoutMs = openMs): Promise<string> {
  const line = page.getByRole("button", { name: /^Connection: / });
  let text = "";
  const read = async (): Promise<string | undefined> => {
    text = ((await line.getAttribute("aria-label")) ?? "").replace("Connection: ", "");
    return words.test(text) ? text : undefined;
  };
  return waitUntil(`the state line ${words}`, read, timeoutMs).catch((fault: Error) => {
    throw new Error(`${fault.message}; it says "${text}"`);
  });
}
