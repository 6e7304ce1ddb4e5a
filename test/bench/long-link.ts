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
/** A transfer takes about so long at the bare channel's rate. */
const transferSeconds = 8;
const mebibyte = 1024 * 1024;
const maxTransferMebibytes = 64;

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
      const transferBytes = await bytesToTransfer(raw);
      await onLink(link, transferBytes / 2, app);
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

/**
 * How much to transfer on the link as it is. A first probe rides on slow start and may be many times too fast; it only says
 * how long the second one must be.
 */
async function bytesToTransfer(raw: RawChannel): Promise<number> {
  let mebibytes = 1;
  for (const most of [maxTransferMebibytes / 4, maxTransferMebibytes]) {
    const wished = Math.round((await raw.download(mebibytes * mebibyte)) * transferSeconds);
    mebibytes = Math.max(1, Math.min(most, wished));
  }
  return mebibytes * mebibyte;
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

/** Downloads by one of the two; 0 where the download broke. Throws where a byte went another way than over the link. */
async function onLink(link: Link, bytes: number, side: RawChannel | OpenedApp): Promise<number> {
  const before = (await link.counters())["to-viewer"].deliveredBytes;
  const rate = await side.download(bytes).catch((fault: unknown) => {
    console.error(`A download of ${bytes} bytes broke: ${String(fault).split("\n", 1)[0]}`);
    return 0;
  });
  if (rate === 0) return 0;
  const carried = (await link.counters())["to-viewer"].deliveredBytes - before;
  if (carried < bytes) throw new Error(`${bytes} bytes came, but the link carried ${carried}`);
  const remotes = await side.remotes();
  if (remotes.length === 0) throw new Error("no data channel is up");
  for (const remote of remotes) {
    if (!(await link.owns(remote))) throw new Error(`${remote.address}:${remote.port} is no relay of the link`);
  }
  return rate;
}
