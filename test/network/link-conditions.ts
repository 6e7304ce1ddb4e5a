/** What an impaired link does to packets, and in which direction. */

/** Where a packet goes: towards the viewer or towards the agent. */
export type Direction = "to-viewer" | "to-agent";

export const directions = ["to-viewer", "to-agent"] as const satisfies readonly Direction[];

/** One direction of a link. Rates of events are probabilities from 0 to 1. */
export interface LinkConditions {
  /** One way; a round trip takes twice as long. */
  readonly delayMs: number;
  /** A packet takes up to this much longer; the order stays. */
  readonly jitterMs: number;
  readonly lossRate: number;
  /** Mean length of a run of lost packets; 1: each loss is independent of the one before. */
  readonly lossBurstPackets: number;
  /** Packets that are held back by `reorderMs` while later ones pass them. */
  readonly reorderRate: number;
  readonly reorderMs: number;
  readonly duplicateRate: number;
  /** `Infinity`: a packet takes no time on the wire and never queues. */
  readonly bytesPerSecond: number;
  /** Bytes that wait for the wire at most; a packet that finds no room is dropped. */
  readonly queueBytes: number;
}

/** A link that changes nothing. */
export const perfectLink: LinkConditions = {
  delayMs: 0,
  jitterMs: 0,
  lossRate: 0,
  lossBurstPackets: 1,
  reorderRate: 0,
  reorderMs: 5,
  duplicateRate: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  queueBytes: Number.POSITIVE_INFINITY,
};

/** Bytes that IPv4 and UDP headers add to a payload on the wire. */
export const packetHeaderBytes = 28;

/** A link of this rate and round-trip time, each direction alike, with a queue of one bandwidth-delay product. */
export function longLink(options: {
  readonly bitsPerSecond: number;
  readonly rttMs: number;
  readonly lossRate: number;
}): Partial<LinkConditions> {
  const bytesPerSecond = options.bitsPerSecond / 8;
  const queueBytes = Math.round((bytesPerSecond * options.rttMs) / 1000);
  return { delayMs: options.rttMs / 2, lossRate: options.lossRate, bytesPerSecond, queueBytes };
}
