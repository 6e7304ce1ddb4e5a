/**
 * A link between two peers: a model for each direction, and the packets that are on their way. All connections of a link
 * share its rate and queues. It knows no sockets, and time is passed in.
 * Invariant: a packet is delivered as often as the model says, never more than half a tick before its time.
 */
import type { Clock } from "@culvert/protocol/endpoint";
import { type Precision, PrecisionMeter } from "./delivery-precision.ts";
import { DeliverySchedule } from "./delivery-schedule.ts";
import { type Direction, directions, type LinkConditions, packetHeaderBytes } from "./link-conditions.ts";
import { type DropReason, PacketQueue } from "./packet-queue.ts";

/** Timers come at whole milliseconds: what is due before the middle of the next one leaves with this one. */
const earlyMs = 0.5;

/** What one direction has seen. Bytes are payload bytes. */
export interface DirectionCounters {
  readonly packets: number;
  readonly bytes: number;
  readonly deliveredPackets: number;
  readonly deliveredBytes: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** How far from their modelled times the latest packets left. */
  readonly precision: Precision;
}

export type LinkCounters = Readonly<Record<Direction, DirectionCounters>>;

/** Both directions of a link. */
export class ImpairedLink {
  readonly #clock: Clock;
  readonly #directions: Readonly<Record<Direction, OneWay>>;

  constructor({ seed, clock }: { readonly seed: number; readonly clock: Clock }) {
    this.#clock = clock;
    this.#directions = { "to-viewer": new OneWay(seed * 2, clock), "to-agent": new OneWay(seed * 2 + 1, clock) };
  }

  /** Changes one direction, or both alike. */
  set(change: Partial<LinkConditions>, direction?: Direction): void {
    for (const name of named(direction)) this.#directions[name].queue.set(change, this.#clock.nowMs());
  }

  /** Swallows everything one way, or both ways, until `heal`. Packets that are on their way still arrive. */
  blackHole(direction?: Direction): void {
    for (const name of named(direction)) this.#directions[name].queue.setBlackHole(true);
  }

  heal(direction?: Direction): void {
    for (const name of named(direction)) this.#directions[name].queue.setBlackHole(false);
  }

  /** Takes a packet; `deliver` is called for each copy that arrives. */
  carry(direction: Direction, payloadBytes: number, deliver: () => void): void {
    this.#directions[direction].carry(payloadBytes, deliver);
  }

  counters(): LinkCounters {
    return {
      "to-viewer": this.#directions["to-viewer"].counters(),
      "to-agent": this.#directions["to-agent"].counters(),
    };
  }
}

/**
 * A link that was held up by a busy machine catches up at half as much again as its rate, in bursts of at most so many
 * bytes: a real link delivers no faster than its rate, and a browser's UDP socket holds about 56 packets of 1,200 bytes
 * (128 KiB, of which each takes 2,304 as Linux counts). What overruns it is lost where the model counts nothing.
 */
const burstBytes = 24 * 1_228;
const catchUpGain = 1.5;
/** A link without a rate catches up so fast, 60 MB/s. */
const mostBytesPerMs = 60_000;
/** Where no more may leave now, it is looked at again after so long. */
const burstEveryMs = 1;

interface Packet {
  readonly payloadBytes: number;
  readonly deliver: () => void;
}

class OneWay {
  readonly queue: PacketQueue;
  readonly #clock: Clock;
  readonly #schedule = new DeliverySchedule<Packet>();
  readonly #precision = new PrecisionMeter();
  readonly #dropped: Record<DropReason, number> = { "black-hole": 0, "queue-full": 0, loss: 0 };
  readonly #sums = { packets: 0, bytes: 0, deliveredPackets: 0, deliveredBytes: 0 };
  /** Bytes that may leave at `#allowedAtMs`; below 0 after a packet that was larger. */
  #allowedBytes = burstBytes;
  #allowedAtMs = 0;
  /** When the timer that is set comes; undefined where none is. */
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(seed: number, clock: Clock) {
    this.queue = new PacketQueue(seed);
    this.#clock = clock;
  }

  carry(payloadBytes: number, deliver: () => void): void {
    this.#sums.packets += 1;
    this.#sums.bytes += payloadBytes;
    const fate = this.queue.offer(payloadBytes + packetHeaderBytes, this.#clock.nowMs());
    if (fate.type === "dropped") this.#dropped[fate.reason] += 1;
    else for (const atMs of fate.atMs) this.#schedule.add(atMs, { payloadBytes, deliver });
    // A packet that comes is as good as a timer for those that are due.
    this.#deliverDue();
  }

  counters(): DirectionCounters {
    return { ...this.#sums, dropped: { ...this.#dropped }, precision: this.#precision.read() };
  }

  #deliverDue(): void {
    const nowMs = this.#clock.nowMs();
    this.#allow(nowMs);
    const due = this.#schedule.takeDue(nowMs + earlyMs, ({ payloadBytes }) => {
      if (this.#allowedBytes <= 0) return false;
      this.#allowedBytes -= payloadBytes + packetHeaderBytes;
      return true;
    });
    for (const { atMs, item } of due) {
      this.#precision.note(nowMs - atMs);
      this.#sums.deliveredPackets += 1;
      this.#sums.deliveredBytes += item.payloadBytes;
      item.deliver();
    }
    this.#setTimer(nowMs);
  }

  #allow(nowMs: number): void {
    const perMs = Math.min(mostBytesPerMs, (catchUpGain * this.queue.bytesPerSecond) / 1000);
    const most = Math.max(burstBytes, perMs);
    this.#allowedBytes = Math.min(most, this.#allowedBytes + (nowMs - this.#allowedAtMs) * perMs);
    this.#allowedAtMs = nowMs;
  }

  #setTimer(nowMs: number): void {
    const nextAtMs = this.#schedule.nextAtMs;
    if (nextAtMs === undefined || (this.#timer !== undefined && this.#timer.atMs <= nextAtMs)) return;
    this.#timer?.cancel();
    const cancel = this.#clock.setTimer(
      Math.max(this.#allowedBytes > 0 ? 0 : burstEveryMs, Math.round(nextAtMs - nowMs)),
      () => {
        this.#timer = undefined;
        this.#deliverDue();
      },
    );
    this.#timer = { atMs: nextAtMs, cancel };
  }
}

function named(direction: Direction | undefined): readonly Direction[] {
  return direction === undefined ? directions : [direction];
}
