/**
 * One direction of a link as a model: told of a packet and the time, it says when the packet arrives, or why it never does.
 * Pure but for its seeded source. Invariant: the same seed, conditions and packets give the same answers, and one kind of
 * impairment does not change which packets another one hits.
 */
import { createSeededRandom } from "@culvert/protocol/testing";
import { type LinkConditions, perfectLink } from "./link-conditions.ts";

/** Why a packet does not arrive. */
export type DropReason = "black-hole" | "queue-full" | "loss";

/** What becomes of a packet; one that was duplicated arrives at two times. */
export type PacketFate =
  | { readonly type: "delivered"; readonly atMs: readonly number[] }
  | { readonly type: "dropped"; readonly reason: DropReason };

/** A bottleneck with a bounded first-in first-out queue, and a wire of some length behind it. */
export class PacketQueue {
  #conditions: LinkConditions = perfectLink;
  #isBlackHole = false;
  /** Bytes before the wire at `#countedAtMs`. */
  #waitingBytes = 0;
  #countedAtMs = 0;
  /** When the latest packet left the wire's start and reached its end: packets keep their order. */
  #lastDepartureMs = 0;
  #lastArrivalMs = 0;
  #isInLossBurst = false;
  readonly #random;

  constructor(seed: number) {
    const sourceFor = (concern: number) => createSeededRandom(Math.imul(seed, 31) + concern);
    this.#random = { loss: sourceFor(1), jitter: sourceFor(2), reorder: sourceFor(3), duplicate: sourceFor(4) };
  }

  /** Holds from now on. Packets that are on their way keep their times. */
  set(change: Partial<LinkConditions>, nowMs: number): void {
    this.#drain(nowMs);
    this.#conditions = { ...this.#conditions, ...change };
  }

  /** Swallows every packet from now on, or no longer. */
  setBlackHole(isBlackHole: boolean): void {
    this.#isBlackHole = isBlackHole;
  }

  /** The rate from now on. */
  get bytesPerSecond(): number {
    return this.#conditions.bytesPerSecond;
  }

  /** Bytes that wait for the wire. */
  waitingBytes(nowMs: number): number {
    this.#drain(nowMs);
    return this.#waitingBytes;
  }

  /** Takes a packet of `sizeBytes`, headers included. Times never go back. */
  offer(sizeBytes: number, nowMs: number): PacketFate {
    this.#drain(nowMs);
    const isLost = this.#losesNext();
    const { bytesPerSecond, queueBytes, delayMs, jitterMs, reorderRate, reorderMs, duplicateRate } = this.#conditions;
    const jitter = this.#random.jitter.next() * jitterMs;
    const isHeldBack = this.#random.reorder.chance(reorderRate);
    const isDoubled = this.#random.duplicate.chance(duplicateRate);
    if (this.#isBlackHole) return { type: "dropped", reason: "black-hole" };
    // A queue that is smaller than a packet still passes one at a time; less than a byte is the rounding of sums.
    const hasRoom = this.#waitingBytes < 1 || this.#waitingBytes + sizeBytes <= queueBytes;
    if (!hasRoom) return { type: "dropped", reason: "queue-full" };

    const departureMs = this.#depart(sizeBytes, nowMs, bytesPerSecond);
    // Lost on the wire, not before it: a lost packet has used its share of the rate.
    if (isLost) return { type: "dropped", reason: "loss" };
    const arrivalMs = Math.max(this.#lastArrivalMs, departureMs + delayMs + jitter);
    if (isHeldBack) return { type: "delivered", atMs: twice(arrivalMs + reorderMs, isDoubled) };
    this.#lastArrivalMs = arrivalMs;
    return { type: "delivered", atMs: twice(arrivalMs, isDoubled) };
  }

  #depart(sizeBytes: number, nowMs: number, bytesPerSecond: number): number {
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return nowMs;
    this.#waitingBytes += sizeBytes;
    const leavesMs = nowMs + (this.#waitingBytes / bytesPerSecond) * 1000;
    // After a rise of the rate the packets before this one still leave first.
    this.#lastDepartureMs = Math.max(this.#lastDepartureMs, leavesMs);
    return this.#lastDepartureMs;
  }

  #drain(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#countedAtMs);
    this.#countedAtMs = Math.max(this.#countedAtMs, nowMs);
    const { bytesPerSecond } = this.#conditions;
    const isEndless = bytesPerSecond === Number.POSITIVE_INFINITY;
    this.#waitingBytes = isEndless ? 0 : Math.max(0, this.#waitingBytes - (passedMs / 1000) * bytesPerSecond);
  }

  /** Gilbert's model: in a burst every packet is lost, and the two chances make `lossRate` the share in the long run. */
  #losesNext(): boolean {
    const { lossRate, lossBurstPackets } = this.#conditions;
    if (lossBurstPackets <= 1) {
      this.#isInLossBurst = false;
      return this.#random.loss.chance(lossRate);
    }
    const endsBurst = 1 / lossBurstPackets;
    const beginsBurst = lossRate >= 1 ? 1 : Math.min(1, (lossRate * endsBurst) / (1 - lossRate));
    const changes = this.#random.loss.chance(this.#isInLossBurst ? endsBurst : beginsBurst);
    if (changes) this.#isInLossBurst = !this.#isInLossBurst;
    return this.#isInLossBurst;
  }
}

function twice(atMs: number, isDoubled: boolean): readonly number[] {
  return isDoubled ? [atMs, atMs] : [atMs];
}
