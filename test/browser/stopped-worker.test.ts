/**
 * A navigation that finds the service worker stopped, in a browser whose worker no debugger touches: Chromium then asks
 * the network at the same time (seen in tabs), and without the worker's static routes the operator would learn the
 * app's address.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { type BarePage, openBarePage } from "../harness/bare-browser.ts";
import { pressOpen } from "../harness/bare-visit.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { eventually } from "../harness/eventually.ts";
import { wireLeaks } from "../harness/leaks.ts";
import { requestsOf } from "../harness/recorded-http.ts";

const showcase = createShowcase();
let culvert: Culvert;
let page: BarePage;

beforeAll(async () => {
  culvert = await startCulvert({ appPort: await showcase.listen(0), webrtc: "native", recording: "bytes" });
  page = await openBarePage(culvert.signInLink);
});
afterAll(async () => {
  await page?.close();
  await culvert?.stop();
  await showcase.close();
});

const heading = "document.querySelector('h1')?.textContent";
const pages = [
  ["/live", "Live"],
  ["/files", "Files"],
  ["/media", "Media"],
] as const;

/** Stops the worker and follows a link, for each page. */
async function visitAll(evaluate: (expression: string) => Promise<unknown>): Promise<void> {
  for (const [path, title] of pages) {
    await page.stopServiceWorkers();
    await evaluate(`void (location.href = "${path}?stopped-worker")`);
    await eventually(() => evaluate(heading)).toBe(title);
  }
}

function isApp({ host, pathname }: URL): boolean {
  return isAppHost(host) && !pathname.startsWith("/.culvert/");
}

const inApp = (expression: string): Promise<unknown> => page.evaluateInFrame(isApp, expression);

test("in the App View reaches the app and not the operator", async () => {
  await pressOpen(page);
  await eventually(() => inApp(heading)).toBe("This page comes from a program on your machine");

  await visitAll(inApp);
  expect(wireLeaks(culvert.recorder, culvert.dashboardHost)).toEqual([]);
});

test("in a tab of its own reaches the app and not the operator", async () => {
  const tab = await page.openTab(`${await inApp("location.origin")}/chat`);
  await eventually(() => tab(heading)).toBe("Chat");

  await visitAll(tab);
  const onAppOrigins = requestsOf(culvert.recorder.connections()).filter(({ host }) => isAppHost(host));
  expect(onAppOrigins.length, "the recorder sees what goes to the app's origin").toBeGreaterThan(0);
  expect(wireLeaks(culvert.recorder, culvert.dashboardHost)).toEqual([]);
});

function isAppHost(host: string): boolean {
  return host.endsWith(`.${culvert.dashboardHost}`);
}
