/**
 * Downloads over a link of 100 Mbit/s with delay and loss: one bare data channel and the App View, in turn over the same
 * link, as ratios to each other and to the link. Invariant: every byte of both is counted on the link and every selected
 * remote candidate is a relay of it, so that no other way (signaling's relay, a candidate that escaped) flatters a figure.
 */
import type { Browser } from "playwright-core";
import type { Link } from "../network/link.ts";
import { startLink } from "../network/link.ts";
import { longLink } from "../network/link-conditions.ts";
import { type OpenedApp, openBenchApp } from "./app-view/opened-app.ts";
import { connectRawChannel, mebibytesPerSecond, type RawChannel } from "./raw/raw-channel.ts";
import { type BenchRow, pairedRowOf, rowOf } from "./row.ts";

/** One place of the grid. */
export interface LongLinkCase {
  readonly rttMs: number;
  readonly lossRate: number;
}

/** What every bench run measures. */
export const shortCases: readonly LongLinkCase[] = [{ rttMs: 50, lossRate: 0 }];

/** The whole grid. */
export const allCases: readonly LongLinkCase[] = [20, 50, 100, 200].flatMap((rttMs) =>
  [0, 0.005, 0.01, 0.02].map((lossRate) => ({ rttMs, lossRate })),
);

const bitsPerSecond = 100_000_000;
const linkMebibytesPerSecond = mebibytesPerSecond(bitsPerSecond / 8, 1000);
const runs = 3;
/** A transfer takes about so long at the bare channel's rate, which slow start must not decide. */
const transferSeconds = 8;
const probeBytes = 1024 * 1024;
const maxTransferBytes = 64 * 1024 * 1024;

/**
 * Rows `long-link` for each case: the bare channel, the App View ÷ it, the App View ÷ the link, and how late the link itself
 * delivered, which bounds what the others can say.
 */
export async function measureLongLink(
  browser: Browser,
  webrtc: "werift" | "native",
  cases: readonly LongLinkCase[],
): Promise<BenchRow[]> {
  const link = await startLink({ seed: 1 });
  const raw = await connectRawChannel(browser, webrtc, link.url);
  const app = await openBenchApp(browser, webrtc, link.url);
  const rows: BenchRow[] = [];
  try {
    for (const { rttMs, lossRate } of cases) {
      await link.set(longLink({ bitsPerSecond, rttMs, lossRate }));
      // The second probe begins with a congestion window that knows the link.
      await raw.download(probeBytes);
      const probed = await raw.download(probeBytes);
      const wholeMebibytes = Math.max(1, Math.round(probed * transferSeconds));
      const transferBytes = Math.min(maxTransferBytes, wholeMebibytes * 1024 * 1024);
      await app.download(probeBytes);
      const bare: number[] = [];
      const through: number[] = [];
      const lateMs: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        bare.push(await onLink(link, transferBytes, raw));
        through.push(await onLink(link, transferBytes, app));
        lateMs.push((await link.counters())["to-viewer"].precision.p99Ms ?? Number.NaN);
      }
      const place = `${webrtc}, ${rttMs} ms, ${lossRate * 100} %`;
      rows.push(...rowsOf(place, bare, through));
      rows.push(rowOf({ bench: "long-link", case: `link's own lateness ${place}`, unit: "ms p99" }, lateMs));
    }
    return rows;
  } finally {
    await app.close();
    await raw.close();
    await link.close();
  }
}

function rowsOf(place: string, bare: readonly number[], through: readonly number[]): BenchRow[] {
  const labels = { bench: "long-link", unit: "MiB/s" };
  const isGoalCase = place.endsWith(" 50 ms, 0 %");
  const goalAgainstRaw = isGoalCase ? (place.startsWith("native") ? "≥ 4" : "≥ 1.8") : "≥ 1";
  const link = { name: "link of 100 Mbit/s", samples: through.map(() => linkMebibytesPerSecond) };
  return [
    rowOf({ ...labels, case: `raw channel ${place}` }, bare),
    pairedRowOf({ ...labels, case: `App View ${place}`, goal: goalAgainstRaw }, through, {
      name: "raw channel",
      samples: bare,
    }),
    pairedRowOf({ ...labels, case: `App View ${place}`, ...(isGoalCase ? { goal: "≥ 0.5" } : {}) }, through, link),
  ];
}

/** Downloads by one of the two; throws where a byte went another way than over the link. */
async function onLink(link: Link, bytes: number, side: RawChannel | OpenedApp): Promise<number> {
  const before = (await link.counters())["to-viewer"].deliveredBytes;
  const rate = await side.download(bytes);
  const carried = (await link.counters())["to-viewer"].deliveredBytes - before;
  if (carried < bytes) throw new Error(`${bytes} bytes came, but the link carried ${carried}`);
  const remotes = await side.remotes();
  if (remotes.length === 0) throw new Error("no data channel is up");
  for (const remote of remotes) {
    if (!(await link.owns(remote))) throw new Error(`${remote.address}:${remote.port} is no relay of the link`);
  }
  return rate;
}
