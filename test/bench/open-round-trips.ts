/**
 * The time from a press on Open to the app's first byte, in viewer↔agent round trips: both peers' sockets to signaling and
 * the data channels are slowed, and what the same opening takes without delay is taken off. The page's own connection to
 * signaling is open already and the service worker registered.
 */
import type { Browser } from "playwright-core";
import { startLink } from "../network/link.ts";
import { openBenchApp } from "./app-view/opened-app.ts";
import { type BenchRow, median, pairedRowOf, rowOf } from "./row.ts";

const runs = 5;
/** One way of each of the two sockets; from viewer to agent a message passes both. */
const socketDelayMs = 50;
const rttMs = 4 * socketDelayMs;
const goalRoundTrips = 3;

/** Rows `open`, where the relay may carry the app and where it may carry the handshake alone. */
export async function measureOpenRoundTrips(browser: Browser, webrtc: "werift" | "native"): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const relayPolicy of ["full", "handshake-only"] as const) {
    const link = await startLink({ seed: 1 });
    const app = await openBenchApp(browser, webrtc, { linkUrl: link.url, relayPolicy });
    try {
      const promptMs: number[] = [];
      const slowedMs: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        app.culvert.recorder.delay(0);
        await link.set({ delayMs: 0 });
        promptMs.push(await app.openAgain());
        app.culvert.recorder.delay(socketDelayMs);
        await link.set({ delayMs: rttMs / 2 });
        slowedMs.push(await app.openAgain());
      }
      const place = `${webrtc}, relay ${relayPolicy}`;
      const goal = relayPolicy === "full" ? { goal: `≤ ${goalRoundTrips}` } : {};
      const addedMs = slowedMs.map((tookMs) => tookMs - median(promptMs));
      rows.push(
        rowOf({ bench: "open", case: `press to first byte, ${place}, no delay`, unit: "ms" }, promptMs),
        pairedRowOf({ bench: "open", case: `added by ${rttMs} ms, ${place}`, unit: "ms", ...goal }, addedMs, {
          name: "round trip",
          samples: addedMs.map(() => rttMs),
        }),
      );
    } finally {
      await app.close();
      await link.close();
    }
  }
  return rows;
}
