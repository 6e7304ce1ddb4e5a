/**
 * Download and upload through the App View, as a ratio to the bare data channel of the same library in the same run, and
 * the processor time that both take for it.
 */
import type { Browser } from "playwright-core";
import { type BareApp, openBareApp } from "./app-view/bare-app.ts";
import { connectRawChannel, type RawChannel } from "./raw/raw-channel.ts";
import { type BenchRow, pairedRowOf, rowOf } from "./row.ts";

const mebibyte = 1024 * 1024;
const transferMebibytes = 64;
const runs = 5;

type Library = "werift" | "native";
type Direction = "download" | "upload";

/** Rows `download`, `upload` and `cpu` of a library. The two sides are measured in turn, after a warm-up. */
export async function measureThroughput(browser: Browser, webrtc: Library): Promise<BenchRow[]> {
  const raw = await connectRawChannel(browser, webrtc);
  const app = await openBareApp(webrtc);
  try {
    return [...(await direction("download", raw, app, webrtc)), ...(await direction("upload", raw, app, webrtc))];
  } finally {
    await app.close();
    await raw.close();
  }
}

async function direction(bench: Direction, raw: RawChannel, app: BareApp, webrtc: Library): Promise<BenchRow[]> {
  const bare: number[] = [];
  const through: number[] = [];
  const agentMs: number[] = [];
  const chromiumMs: number[] = [];
  await raw[bench]((transferMebibytes / 4) * mebibyte);
  await app[bench]((transferMebibytes / 4) * mebibyte);
  for (let run = 0; run < runs; run += 1) {
    bare.push(await raw[bench](transferMebibytes * mebibyte));
    const before = app.processorMs();
    through.push(await app[bench](transferMebibytes * mebibyte));
    const after = app.processorMs();
    agentMs.push((after.agent - before.agent) / transferMebibytes);
    chromiumMs.push((after.chromium - before.chromium) / transferMebibytes);
  }
  const labels = { bench, unit: "MiB/s" };
  const cpu = { bench: "cpu", unit: "ms per MiB" };
  return [
    rowOf({ ...labels, case: `raw channel ${webrtc}` }, bare),
    pairedRowOf({ ...labels, case: `App View ${webrtc}`, goal: "≥ 0.8" }, through, {
      name: `raw channel ${webrtc}`,
      samples: bare,
    }),
    rowOf({ ...cpu, case: `agent, ${bench} ${webrtc}` }, agentMs),
    rowOf({ ...cpu, case: `Chromium, ${bench} ${webrtc}` }, chromiumMs),
  ];
}
