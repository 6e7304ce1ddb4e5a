/**
 * What the inspector holds once an app made 10⁵ requests above it: the heaps of page and core worker together, collected.
 * What their process holds besides is V8's to give back when memory is short, and shown for comparison. Every request is a
 * real one, through the tunnel.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { isAppHost } from "../../harness/app-host.ts";
import { openBarePage } from "../../harness/bare-browser.ts";
import { pressOpen } from "../../harness/bare-visit.ts";
import { startCulvert } from "../../harness/culvert.ts";
import { waitUntil } from "../../harness/wait-until.ts";
import { heldMemory } from "../held-memory.ts";
import { appViewRenderer, nameRenderers } from "../named-renderers.ts";
import { type BenchRow, rowOf } from "../row.ts";

const mebibyte = 1024 * 1024;
const requests = 100_000;
const atOnce = 32;
/** So that what is started and compiled once is no part of the growth. */
const firstRequests = 1_000;
const openMs = 60_000;
const requestsMs = 1_200_000;
const settleMs = 10_000;

/** Rows `dashboard`. */
export async function measureInspectorMemory(): Promise<BenchRow[]> {
  const server = createServer((request, response) => {
    const isPage = request.url === "/";
    response.writeHead(200, {
      "content-type": isPage ? "text/html" : "application/json",
      "x-request-id": `${request.url}`,
    });
    response.end(isPage ? "<!doctype html><title>Busy</title><h1>Busy</h1>" : `{"path":"${request.url}"}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const culvert = await startCulvert({ appPort: port, webrtc: "native", recording: "count" });
  const page = await openBarePage(culvert.signInLink);
  try {
    await pressOpen(page);
    const inApp = (expression: string) =>
      page.evaluateInFrame(
        ({ host, pathname }) => isAppHost(host, culvert.dashboardHost) && pathname === "/",
        expression,
      );
    await waitUntil(
      "the app",
      async () => ((await inApp("true").catch(() => false)) === true ? true : undefined),
      openMs,
    );
    const make = async (count: number, prefix: string): Promise<void> => {
      const made = await inApp(`(${fetchMany})(${count}, ${atOnce}, ${JSON.stringify(prefix)})`);
      if (made !== count) throw new Error(`${made} of ${count} requests were answered`);
    };
    await make(firstRequests, "/first/");
    const names = await nameRenderers(page, inApp);
    const held = (): number =>
      heldMemory(page.pid)
        .filter(({ id }) => names.get(id) === appViewRenderer)
        .reduce((sum, { bytes }) => sum + bytes, 0);
    const heap = (): Promise<number> =>
      page.heapBytes((type, url) => {
        if (!URL.canParse(url) || new URL(url).host !== culvert.dashboardHost) return false;
        return type === "worker" || (type === "page" && new URL(url).pathname.startsWith("/app-view/"));
      });
    await setTimeout(settleMs);
    const before = { process: held(), heap: await heap() };
    await page.evaluate(`document.querySelector('[aria-label="Inspect requests"]').click()`);
    await make(requests, "/api/items/some-of-them/");
    const counted = `document.querySelector(".inspector-count")?.textContent.startsWith("100,000")`;
    await waitUntil("the list", async () => ((await page.evaluate(counted)) === true ? true : undefined), requestsMs);
    await setTimeout(settleMs);
    const after = { heap: await heap(), process: held() };
    if (Number.isNaN(after.heap) || after.heap <= before.heap) throw new Error("the heaps were not found");
    const name = `inspector with ${requests} requests`;
    return [
      rowOf({ bench: "dashboard", case: `${name}: heaps of page and core`, unit: "MiB", goal: "≤ 150" }, [
        after.heap / mebibyte,
      ]),
      rowOf({ bench: "dashboard", case: `${name}: heaps, what came with it`, unit: "MiB" }, [
        (after.heap - before.heap) / mebibyte,
      ]),
      rowOf({ bench: "dashboard", case: `${name}: their process, what came with it`, unit: "MiB" }, [
        (after.process - before.process) / mebibyte,
      ]),
    ];
  } finally {
    await page.close();
    await culvert.stop();
    server.closeAllConnections();
    server.close();
  }
}

/** In the app's page: so many requests, some at once; resolves with how many were answered. */
async function fetchMany(count: number, atOnceHere: number, prefix: string): Promise<number> {
  let begun = 0;
  let answered = 0;
  const work = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      const answer = await fetch(`${prefix}${begun}`, { cache: "no-store" });
      await answer.arrayBuffer();
      if (answer.ok) answered += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnceHere }, work));
  return answered;
}
