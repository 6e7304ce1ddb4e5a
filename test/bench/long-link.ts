/**
 * Downloads and uploads over a link of 100 Mbit/s with delay and loss: one bare data channel and the App View, in turn over the same
 * link, as ratios to each other and to the link. Both are opened on the link as each place has it: what a path learnt of
 * another one would be wrong there. Invariant: every byte of both is counted on the link and every selected
 * remote candidate is a relay of it, so that no other way (signaling's relay, a candidate that escaped) flatters a figure.
 */
import type { Browser } from "playwright-core";
import type { Link } from "../network/link.ts";
import { startLink } from "../network/link.ts";
import { longLink } from "../network/link-conditions.ts";
import { type BareApp, openBareApp } from "./app-view/bare-app.ts";
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
export const gridCases: readonly LongLinkCase[] = [20, 50, 100, 200].flatMap((rttMs) =>
  [0, 0.005, 0.01, 0.02].map((lossRate) => ({ rttMs, lossRate })),
);

const bitsPerSecond = 100_000_000;
const linkMebibytesPerSecond = mebibytesPerSecond(bitsPerSecond / 8, 1000);
const mebibyte = 1024 * 1024;
const smallestTransferBytes = mebibyte / 4;
const maxTransferBytes = 64 * mebibyte;

/** How much is measured at each place. */
export interface LongLinkEffort {
  readonly runs: number;
  /** A transfer takes about so long at the bare channel's rate. */
  readonly transferSeconds: number;
  /** The App View transfers for so long before: further paths come up by then. Both figures are of a warm start. */
  readonly warmUpSeconds: number;
  /** Places that are not begun by then are left out. */
  readonly mostMinutes: number;
}

/** What every bench run takes its time for. */
export const thorough: LongLinkEffort = { runs: 3, transferSeconds: 8, warmUpSeconds: 8, mostMinutes: 10 };

/** What keeps the whole grid of both libraries within 25 minutes. */
export const quick: LongLinkEffort = { runs: 1, transferSeconds: 3, warmUpSeconds: 6, mostMinutes: 12 };

type Library = "werift" | "native";
type Transfer = "download" | "upload";

interface Sides {
  readonly link: Link;
  readonly raw: RawChannel;
  readonly app: BareApp;
}

/**
 * Rows `long-link` for each case and direction: the bare channel, the App View ÷ it, the App View ÷ the link, and how late
 * the link itself delivered, which bounds what the others can say.
 */
export async function measureLongLink(
  browser: Browser,
  webrtc: Library,
  cases: readonly LongLinkCase[],
  effort: LongLinkEffort,
): Promise<BenchRow[]> {
  const link = await startLink({ seed: 1 });
  const untilMs = performance.now() + effort.mostMinutes * 60_000;
  const rows: BenchRow[] = [];
  try {
    for (const place of cases) {
      if (performance.now() > untilMs) console.error(`No time was left for ${webrtc}, ${nameOf(place)}.`);
      else rows.push(...(await measurePlace(browser, link, webrtc, place, effort)));
    }
    return rows;
  } finally {
    await link.close();
  }
}

async function measurePlace(
  browser: Browser,
  link: Link,
  webrtc: Library,
  place: LongLinkCase,
  effort: LongLinkEffort,
): Promise<BenchRow[]> {
  await link.set(longLink({ bitsPerSecond, ...place }));
  const raw = await connectRawChannel(browser, webrtc, link.url);
  const rows: BenchRow[] = [];
  try {
    const app = await openBareApp(webrtc, link.url);
    try {
      for (const transfer of ["download", "upload"] as const) {
        rows.push(...(await measureTransfer({ link, raw, app }, transfer, `${webrtc}, ${nameOf(place)}`, effort)));
      }
    } finally {
      await app.close();
    }
    return rows;
  } finally {
    await raw.close();
  }
}

function nameOf({ rttMs, lossRate }: LongLinkCase): string {
  return `${rttMs} ms, ${lossRate * 100} %`;
}

async function measureTransfer(
  sides: Sides,
  transfer: Transfer,
  place: string,
  { runs, transferSeconds, warmUpSeconds }: LongLinkEffort,
): Promise<BenchRow[]> {
  const { link, raw, app } = sides;
  const bytes = await bytesToTransfer(raw, transfer, transferSeconds);
  const warmMs = performance.now() + warmUpSeconds * 1_000;
  let warmRate = 0;
  while (performance.now() < warmMs) warmRate = await onLink(link, transfer, bytes, app);
  // Both are measured for about as long, not over as many bytes: the start of a transfer weighs alike in both.
  const appBytes = Math.max(bytes, Math.min(maxTransferBytes, Math.round(warmRate * transferSeconds * mebibyte)));
  const bare: number[] = [];
  const through: number[] = [];
  const lateMs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    bare.push(await onLink(link, transfer, bytes, raw));
    through.push(await onLink(link, transfer, appBytes, app));
    lateMs.push((await link.counters())[carrying[transfer]].precision.p99Ms ?? Number.NaN);
  }
  const late = rowOf({ bench: "long-link", case: `link's own lateness, ${transfer} ${place}`, unit: "ms p99" }, lateMs);
  return [...rowsOf(transfer, place, bare, through), late];
}

/** The direction of the link that the bytes of a transfer take. */
const carrying = { download: "to-viewer", upload: "to-agent" } as const;

/**
 * How much to transfer on the link as it is. A first probe rides on slow start and may be many times too fast; it only says
 * how long the second one must be.
 */
async function bytesToTransfer(raw: RawChannel, transfer: Transfer, transferSeconds: number): Promise<number> {
  let bytes = smallestTransferBytes;
  for (const most of [maxTransferBytes / 4, maxTransferBytes]) {
    const wished = Math.round((await raw[transfer](bytes)) * transferSeconds * mebibyte);
    bytes = Math.max(smallestTransferBytes, Math.min(most, wished));
  }
  return bytes;
}

function rowsOf(transfer: Transfer, place: string, bare: readonly number[], through: readonly number[]): BenchRow[] {
  const labels = { bench: "long-link", unit: "MiB/s" };
  const isGoalCase = place.endsWith(" 50 ms, 0 %");
  const goalAgainstRaw = isGoalCase ? (place.startsWith("native") ? "≥ 4" : "≥ 1.8") : "≥ 1";
  const link = { name: "link of 100 Mbit/s", samples: through.map(() => linkMebibytesPerSecond) };
  return [
    rowOf({ ...labels, case: `raw channel, ${transfer} ${place}` }, bare),
    pairedRowOf({ ...labels, case: `App View, ${transfer} ${place}`, goal: goalAgainstRaw }, through, {
      name: "raw channel",
      samples: bare,
    }),
    pairedRowOf(
      { ...labels, case: `App View, ${transfer} ${place}`, ...(isGoalCase ? { goal: "≥ 0.5" } : {}) },
      through,
      link,
    ),
  ];
}

/** Transfers by one of the two; 0 where the transfer broke. Throws where a byte went another way than over the link. */
async function onLink(link: Link, transfer: Transfer, bytes: number, side: RawChannel | BareApp): Promise<number> {
  const before = (await link.counters())[carrying[transfer]].deliveredBytes;
  const rate = await side[transfer](bytes).catch((fault: unknown) => {
    console.error(`A transfer of ${bytes} bytes broke: ${String(fault).split("\n", 1)[0]}`);
    return 0;
  });
  if (rate === 0) return 0;
  const carried = (await link.counters())[carrying[transfer]].deliveredBytes - before;
  if (carried < bytes) throw new Error(`${bytes} bytes came, but the link carried ${carried}`);
  const remotes = await side.remotes();
  if (remotes.length === 0) throw new Error("no data channel is up");
  for (const remote of remotes) {
    if (!(await link.owns(remote))) throw new Error(`${remote.address}:${remote.port} is no relay of the link`);
  }
  return rate;
}
