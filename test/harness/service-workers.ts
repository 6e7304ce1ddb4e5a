/** Service workers as the browser sees them. */
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Stops every service worker of the page's browser context, as a browser does with idle ones, and waits for it. */
export async function stopServiceWorkers(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const running = new Map<string, string>();
  session.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
    for (const { versionId, runningStatus } of versions) running.set(versionId, runningStatus);
  });
  await session.send("ServiceWorker.enable");
  await expect.poll(() => running.size, { message: "service workers" }).toBeGreaterThan(0);
  await session.send("ServiceWorker.stopAllWorkers");
  await expect
    .poll(() => [...running.values()].filter((status) => status !== "stopped"), { message: "running service workers" })
    .toEqual([]);
  await session.detach();
}
