/**
 * What `culvert forward` carries, in turn with `ssh -L`: a bulk transfer (iperf3), a database's short queries (pgbench), a
 * shell's command; on loopback and over the same impaired link. As root, on Linux, with iperf3, PostgreSQL, OpenSSH, socat.
 */
import { execFile } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { longLink } from "../network/link-conditions.ts";
import { type ForwardStage, startForwardStage } from "./forward/forward-stage.ts";
import { longWay, loopbackWay, type Way } from "./forward/long-way.ts";
import { type BenchRow, pairedRowOf } from "./row.ts";

const run = promisify(execFile);
const seconds = 5;
const runs = 3;
/** So many connections, each of which waits for its answer before it asks again. */
const clients = 4;
const against = "ssh -L";

const link = { bitsPerSecond: 20_000_000, rttMs: 40 };
/** Ways that are measured, by their names. */
const ways = {
  loopback: { words: "loopback", open: async () => loopbackWay() },
  link: { words: "20 Mbit/s, 40 ms", open: () => longWay(longLink({ ...link, lossRate: 0 })) },
  lossy: { words: "20 Mbit/s, 40 ms, 1 % lost", open: () => longWay(longLink({ ...link, lossRate: 0.01 })) },
} as const satisfies Record<string, { readonly words: string; open(): Promise<Way> }>;

export const forwardWays = Object.keys(ways) as readonly (keyof typeof ways)[];

/** Rows `forward` of one way: throughput both ways, queries a second, and a command's time, each as a ratio to `ssh -L`. */
export async function measureForward(webrtc: "native" | "werift", on: keyof typeof ways): Promise<BenchRow[]> {
  const { words, open } = ways[on];
  const way = await open();
  let stage: ForwardStage | undefined;
  try {
    stage = await startForwardStage(way, webrtc);
    return await measureWay(way, stage, `${webrtc}, ${words}`);
  } finally {
    await stage?.close();
    await way.close();
  }
}

async function measureWay(
  { near }: Way,
  { culvert, ssh, shell, queryFile }: ForwardStage,
  place: string,
): Promise<BenchRow[]> {
  const asked = async (words: readonly string[]) => {
    const [program = "", ...args] = [...near.within, ...words];
    return (await run(program, args, { encoding: "utf8", maxBuffer: 2 ** 26 })).stdout;
  };
  const bulk = (port: number, more: readonly string[]) => async () => {
    const words = ["iperf3", "-c", "127.0.0.1", "-p", String(port), "-t", String(seconds), "-J", ...more];
    for (let tries = 1; ; tries += 1) {
      const { error, end } = JSON.parse(await asked(words));
      if (error === undefined) return end.sum_received.bits_per_second / 1e6;
      // The server takes one test at a time, and hears late that the last one is over.
      if (tries === 10) throw new Error(`iperf3: ${error}`);
      await setTimeout(500);
    }
  };
  const queries = (port: number) => async () => {
    const place = ["-h", "127.0.0.1", "-p", String(port), "-U", "culvert", "postgres"];
    const words = ["pgbench", "-n", "-f", queryFile, "-c", String(clients), "-T", String(seconds), ...place];
    return Number(/tps = ([\d.]+)/.exec(await asked(words))?.[1]);
  };
  const command = (port: number) => async () => {
    const startedAt = performance.now();
    await asked([...shell.clientWords("127.0.0.1", port), "true"]);
    return performance.now() - startedAt;
  };
  return [
    await paired("to the near side", "Mbit/s", place, bulk(culvert.iperf, ["-R"]), bulk(ssh.iperf, ["-R"])),
    await paired("to the far side", "Mbit/s", place, bulk(culvert.iperf, []), bulk(ssh.iperf, [])),
    await paired(`${clients} × select 1`, "queries/s", place, queries(culvert.database), queries(ssh.database)),
    await paired("ssh through it, sign-in and a command", "ms", place, command(culvert.shell), command(ssh.shell)),
  ];
}

/** In turn, so that both meet the machine as it is. */
async function paired(
  what: string,
  unit: string,
  place: string,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<BenchRow> {
  const samples: number[] = [];
  const reference: number[] = [];
  for (let index = 0; index < runs; index += 1) {
    samples.push(await ours());
    reference.push(await theirs());
  }
  return pairedRowOf({ bench: "forward", case: `${what}, ${place}`, unit }, samples, {
    name: against,
    samples: reference,
  });
}
