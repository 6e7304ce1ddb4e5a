/**
 * The thread that a link runs in: its relays' sockets, its timers, and the port where it takes commands. A thread of its
 * own, so that neither a busy test nor a busy agent delays a packet. Invariant: it listens on 127.0.0.1 only.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { deserialize, serialize } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { createSystemClock } from "@culvert/protocol/endpoint";
import { CandidateRelay, type UdpAddress } from "./candidate-relay.ts";
import { ImpairedLink } from "./impaired-link.ts";
import type { LinkCommand, LinkReport } from "./link-commands.ts";
import { directions } from "./link-conditions.ts";

const { seed } = workerData as { readonly seed: number };
const clock = createSystemClock({ now: () => performance.now(), setTimeout, clearTimeout });
const link = new ImpairedLink({ seed, clock });
const relays = new Set<CandidateRelay>();
const addresses: UdpAddress[] = [];
/** Peers of a live connection check each other every few seconds; a relay that hears of neither for so long is of no use. */
const idleRelayMs = 60_000;

async function obey(command: LinkCommand): Promise<UdpAddress | LinkReport | undefined> {
  switch (command.type) {
    case "open-relay":
      return openRelay(command);
    case "set":
      link.set(command.change, command.direction);
      return undefined;
    case "black-hole":
      link.blackHole(command.direction);
      return undefined;
    case "swallow-flows":
      for (const relay of relays) {
        for (const direction of command.direction === undefined ? directions : [command.direction]) {
          relay.swallow(direction);
        }
      }
      return undefined;
    case "heal":
      link.heal(command.direction);
      return undefined;
    case "change-address":
      for (const relay of relays) {
        for (const peer of command.of === undefined ? (["viewer", "agent"] as const) : [command.of]) {
          relay.changeAddress(peer);
        }
      }
      return undefined;
    case "report":
      return { counters: link.counters(), addresses, relays: relays.size };
    default:
      return command satisfies never;
  }
}

async function openRelay({ candidate, owner }: Extract<LinkCommand, { type: "open-relay" }>): Promise<UdpAddress> {
  const relay = new CandidateRelay({
    candidate,
    owner,
    carry: (direction, payloadBytes, deliver) => link.carry(direction, payloadBytes, deliver),
    onAddress: (address) => addresses.push(address),
    nowMs: clock.nowMs,
  });
  relays.add(relay);
  return relay.address();
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

const server = createServer(async (request, response) => {
  try {
    const command = deserialize(await bodyOf(request)) as LinkCommand;
    response.end(serialize(await obey(command)));
  } catch (thrown) {
    response.writeHead(500).end(String(thrown));
  }
});
setInterval(() => {
  for (const relay of relays) {
    if (clock.nowMs() - relay.lastPacketMs < idleRelayMs) continue;
    relay.close();
    relays.delete(relay);
  }
}, idleRelayMs / 4);
server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));
