/**
 * An impaired link for tests and benches. `impaired` (impaired-library.ts) puts one of two peers behind it, in any process
 * that knows its `url`; the link is driven from here while traffic runs.
 *
 *     const link = await startLink({ seed: 7, conditions: { delayMs: 25, lossRate: 0.01 } });
 *     const library = impaired(await createWebRtcLibrary("native"), { linkUrl: link.url });
 *     // … connect the peers …
 *     await link.blackHole("to-viewer");
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Peer, UdpAddress } from "./candidate-relay.ts";
import type { LinkCounters } from "./impaired-link.ts";
import { type LinkReport, tellLink } from "./link-commands.ts";
import type { Direction, LinkConditions } from "./link-conditions.ts";

export interface LinkOptions {
  /** Decides which packets are hit. */
  readonly seed: number;
  /** Of both directions; what is left out is perfect. */
  readonly conditions?: Partial<LinkConditions>;
}

/** A link that runs. Each call resolves when it holds; a direction that is left out means both. */
export interface Link {
  /** What `impaired` needs to know of it. */
  readonly url: string;
  set(change: Partial<LinkConditions>, direction?: Direction): Promise<void>;
  /** Swallows every packet from now on, until `heal`. */
  blackHole(direction?: Direction): Promise<void>;
  heal(direction?: Direction): Promise<void>;
  /** Swallows every packet of the flows that there are, for good; flows that come later pass. */
  swallowFlows(direction?: Direction): Promise<void>;
  /** A peer's addresses, as the other sees them, are others from now on; both peers' where `of` is left out. */
  changeAddress(of?: Peer): Promise<void>;
  counters(): Promise<LinkCounters>;
  /** True where the address is or was one of this link's relays. */
  owns(address: UdpAddress): Promise<boolean>;
  report(): Promise<LinkReport>;
  close(): Promise<void>;
}

/** Starts a link in a thread of its own. */
export async function startLink({ seed, conditions = {} }: LinkOptions): Promise<Link> {
  const worker = new Worker(new URL("link-program.ts", import.meta.url), { workerData: { seed } });
  const [port] = (await once(worker, "message")) as [number];
  const url = `http://127.0.0.1:${port}/`;
  const report = () => tellLink(url, { type: "report" });
  await tellLink(url, { type: "set", change: conditions });
  return {
    url,
    set: (change, direction) => tellLink(url, { type: "set", change, direction }),
    blackHole: (direction) => tellLink(url, { type: "black-hole", direction }),
    heal: (direction) => tellLink(url, { type: "heal", direction }),
    swallowFlows: (direction) => tellLink(url, { type: "swallow-flows", direction }),
    changeAddress: (of) => tellLink(url, { type: "change-address", of }),
    counters: async () => (await report()).counters,
    async owns({ address, port: udpPort }) {
      const { addresses } = await report();
      return addresses.some((own) => own.address === address && own.port === udpPort);
    },
    report,
    async close() {
      await worker.terminate();
    },
  };
}
