/** The owner's dashboard under load: how soon a presence is in the live list, how many sessions it gets a second. */
import { generateKeyPairSync } from "node:crypto";
import { request } from "node:http";
import { Owner } from "../../cluster/owner.ts";
import type { Clients } from "./connections.ts";
import { benchMachine } from "./machines.ts";
import { type BenchServer, quantile } from "./processes.ts";

const presences = 500;
const sessionsMs = 10_000;
const sessionsAtOnce = 8;

/** A signed-in owner and where. */
export interface BenchOwner {
  readonly owner: Owner;
  readonly server: BenchServer;
}

/** Signs the owner in. */
export async function signedInOwner(server: BenchServer): Promise<BenchOwner> {
  const owner = new Owner(server.origin);
  await owner.signIn(server.signInLink, server.port);
  return { owner, server };
}

/** Agents of the owner tell a new label, one after the other; the time until the list's reader has it. */
export async function presenceLatency(watching: BenchOwner, clients: readonly Clients[], owned: number) {
  const seen = new Map<string, (atNs: bigint) => void>();
  const stop = await watchLabels(watching, (label) => seen.get(label)?.(process.hrtime.bigint()));
  const latencies: number[] = [];
  for (let index = 0; index < presences; index += 1) {
    const number = index % owned;
    const holder = clients.find(({ from, count }) => number >= from && number < from + count);
    if (holder === undefined) throw new Error(`nobody holds machine ${number}`);
    const label = `presence ${index}`;
    const arrived = new Promise<bigint>((resolve) => seen.set(label, resolve));
    const { sentAt } = await holder.order({ type: "presence", number, label });
    latencies.push(Number((await arrived) - BigInt(sentAt)) / 1e6);
    seen.delete(label);
  }
  stop();
  return { p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
}

/** Asks for sessions of the owner's machines for 10 s, several at once. */
export async function sessionCreations({ owner, server }: BenchOwner, owned: number) {
  const deviceKey = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x ?? "";
  const endMs = performance.now() + sessionsMs;
  let [created, failed] = [0, 0];
  const work = async (first: number): Promise<void> => {
    for (let number = first; performance.now() < endMs; number += sessionsAtOnce) {
      const { serverId } = benchMachine(number % owned);
      const { status } = await owner.askForSession(server.port, serverId, deviceKey);
      if (status === 200) created += 1;
      else failed += 1;
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: sessionsAtOnce }, (_, index) => work(index)));
  return { perSecond: (created / (performance.now() - startMs)) * 1_000, failed };
}

/** Calls `onLabel` for each label in the live list, as it arrives; gives what stops it. */
function watchLabels({ owner, server }: BenchOwner, onLabel: (label: string) => void): Promise<() => void> {
  const headers = { ...owner.headers, host: new URL(server.origin).host, "sec-fetch-site": "same-origin" };
  const options = { host: "127.0.0.1", port: server.port, path: "/api/servers/events", headers, agent: false };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      let rest = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          if (!line.startsWith("data: ")) continue;
          const event = JSON.parse(line.slice("data: ".length));
          if (event.type === "servers") resolve(() => sent.destroy());
          else if (event.type === "server") onLabel(event.server.label);
        }
      });
    });
    sent.on("error", reject).end();
  });
}
