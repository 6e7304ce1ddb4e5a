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
  await expect.poll(() => running.size, { timeout: 30_000, message: "service workers" }).toBeGreaterThan(0);
  const stillRunning = async (): Promise<readonly string[]> => {
    await session.send("ServiceWorker.stopAllWorkers");
    return [...running.values()].filter((status) => status !== "stopped");
  };
  // A request of the page may start one again, so they are stopped until they are.
  await expect.poll(stillRunning, { timeout: 30_000, message: "running workers" }).toEqual([]);
  await session.detach();
}
