/**
 * A navigation that finds the service worker stopped, in a browser whose worker no debugger touches: Chromium then asks
 * the network at the same time, and without the worker's static routes the operator would learn the app's address.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { type BarePage, openBarePage } from "../harness/bare-browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
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
const poll = { timeout: 30_000 };

test("reaches the app and not the operator, each time", async () => {
  await expect
    .poll(() => page.evaluate("document.querySelector('a[aria-label^=\"Open \"]') !== null"), poll)
    .toBe(true);
  await page.evaluate("document.querySelector('a[aria-label^=\"Open \"]').click()");
  const isApp = ({ host, pathname }: URL): boolean =>
    host.endsWith(`.${culvert.dashboardHost}`) && !pathname.startsWith("/.culvert/");
  const inApp = (expression: string): Promise<unknown> => page.evaluateInFrame(isApp, expression);
  await expect.poll(() => inApp(heading), poll).toBe("This page comes from a program on your machine");

  for (const [path, title] of [
    ["/live", "Live"],
    ["/files", "Files"],
    ["/media", "Media"],
  ] as const) {
    await page.stopServiceWorkers();
    await inApp(`void (location.href = "${path}?stopped-worker")`);
    await expect.poll(() => inApp(heading), poll).toBe(title);
  }
  const onAppOrigins = requestsOf(culvert.recorder.connections()).filter(({ host }) =>
    host.endsWith(`.${culvert.dashboardHost}`),
  );
  expect(onAppOrigins.length).toBeGreaterThan(0);
  expect(wireLeaks(culvert.recorder, culvert.dashboardHost)).toEqual([]);
});
