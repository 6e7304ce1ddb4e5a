/** What an owner does in the browser, step by step, as a person would: by the words on the page. */
import type { Frame, Page } from "playwright-core";
import { vi } from "vitest";

const openMs = 30_000;

/** Signs in by a one-time link and waits for the list of servers. */
export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("heading", { name: "Servers" }).waitFor({ timeout: openMs });
}

/** Presses Open beside a server and waits until its app stands in the page. */
export async function openApp(page: Page, serverLabel: string): Promise<Frame> {
  await page.getByRole("link", { name: new RegExp(`^Open .* on ${serverLabel}$`) }).click();
  return appFrame(page);
}

/** The frame of the app: below the dashboard's name and not one of ours. */
export async function appFrame(page: Page): Promise<Frame> {
  const dashboardHost = new URL(page.url()).host;
  const find = (): Frame | undefined =>
    page.frames().find((frame) => {
      const url = URL.canParse(frame.url()) ? new URL(frame.url()) : undefined;
      return url?.host.endsWith(`.${dashboardHost}`) === true && !url.pathname.startsWith("/.culvert/");
    });
  const frame = await vi.waitUntil(find, { timeout: openMs, interval: 50 });
  await frame.waitForLoadState("load", { timeout: openMs });
  return frame;
}

/** Waits until the state line says how the app is connected: `Direct · 12 ms`. */
export async function waitForState(page: Page, words: RegExp, timeoutMs = openMs): Promise<string> {
  const line = page.getByRole("button", { name: /^Connection: / });
  let text = "";
  await vi.waitFor(
    async () => {
      text = ((await line.getAttribute("aria-label")) ?? "").replace("Connection: ", "");
      if (!words.test(text)) throw new Error(`The state line says "${text}", not ${words}.`);
    },
    { timeout: timeoutMs, interval: 50 },
  );
  return text;
}
