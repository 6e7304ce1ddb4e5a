/** Download and upload through the App View, as a ratio to the bare data channel of the same library in the same run. */
import type { Browser } from "playwright-core";
import { type OpenedApp, openBenchApp } from "./app-view/opened-app.ts";
import { connectRawChannel, type RawChannel } from "./raw/raw-channel.ts";
import { type BenchRow, pairedRowOf, rowOf } from "./row.ts";

const transferBytes = 64 * 1024 * 1024;
const runs = 5;

/** Rows `download` and `upload`, for the case `native` or `werift`. The two are measured in turn, after a warm-up. */
export async function measureThroughput(browser: Browser, webrtc: "werift" | "native"): Promise<BenchRow[]> {
  const raw = await connectRawChannel(browser, webrtc);
  const app = await openBenchApp(browser, webrtc);
  try {
    return [...(await direction("download", raw, app, webrtc)), ...(await direction("upload", raw, app, webrtc))];
  } finally {
    await app.close();
    await raw.close();
  }
}

async function direction(
  bench: "download" | "upload",
  raw: RawChannel,
  app: OpenedApp,
  webrtc: "werift" | "native",
): Promise<BenchRow[]> {
  const bare: number[] = [];
  const through: number[] = [];
  await raw[bench](transferBytes / 4);
  await app[bench](transferBytes / 4);
  for (let run = 0; run < runs; run += 1) {
    bare.push(await raw[bench](transferBytes));
    through.push(await app[bench](transferBytes));
  }
  const labels = { bench, unit: "MiB/s" };
  return [
    rowOf({ ...labels, case: `raw channel ${webrtc}` }, bare),
    pairedRowOf({ ...labels, case: `App View ${webrtc}`, goal: "≥ 0.8 (next milestone)" }, through, {
      name: `raw channel ${webrtc}`,
      samples: bare,
    }),
  ];
}
