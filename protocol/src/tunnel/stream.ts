/**
 * One stream: its two halves and its own state.
 * Invariant: `finished` is reached once, by both halves' end or by a reset that both sides know.
 */
import type { Code } from "../codes.ts";
import type { StreamKind } from "../wire/frame.ts";
import { ReceiveHalf } from "./receive-half.ts";
import { SendHalf } from "./send-half.ts";
import {
  advance,
  isFinal,
  receiveTransitions,
  type StreamInput,
  type StreamState,
  sendTransitions,
  streamTransitions,
} from "./stream-state.ts";
import type { WindowBudget } from "./window.ts";

/** What a stream is made of. */
export interface StreamOptions {
  readonly id: number;
  readonly kind: StreamKind;
  /** True where this side opened it. */
  readonly isLocal: boolean;
  readonly state: StreamState;
  readonly openedAtMs: number;
  /** The peer's first window. */
  readonly sendWindowBytes: number;
  readonly receiveWindowBytes: number;
  readonly windowBudget: WindowBudget;
}

/** A stream of a tunnel. */
export class Stream {
  readonly id: number;
  readonly kind: StreamKind;
  readonly isLocal: boolean;
  readonly openedAtMs: number;
  readonly send: SendHalf;
  readonly receive: ReceiveHalf;
  /** True where a frame with the kind must go out even without bytes. */
  openingDue: boolean;
  /** Codes of our RESET and STOP, once there is one. */
  resetCode: Code | undefined;
  stopCode: Code | undefined;
  /** Bytes that the scheduler still grants before it moves on. */
  deficit = 0;
  /** When a part of `limits.longPartBytes` or more moved last, either way; kept for streams that may bring keys. */
  longPartMs = Number.NEGATIVE_INFINITY;
  /** The scheduler's list that holds the stream. */
  flow: "none" | "thin" | "bulk" = "none";
  #state: StreamState;

  constructor(options: StreamOptions) {
    this.id = options.id;
    this.kind = options.kind;
    this.isLocal = options.isLocal;
    this.openedAtMs = options.openedAtMs;
    this.send = new SendHalf(options.sendWindowBytes);
    this.receive = new ReceiveHalf(options.receiveWindowBytes, options.windowBudget);
    this.#state = options.state;
    this.openingDue = options.state === "opening";
  }

  get state(): StreamState {
    return this.#state;
  }

  /** The state after an input; true where it changed. */
  advance(input: StreamInput): boolean {
    const next = advance(streamTransitions, this.#state, input);
    if (next === this.#state) return false;
    this.#state = next;
    if (next !== "opening") this.openingDue = false;
    return true;
  }

  /** True where the peer surely knows the id: only then may ACK, WINDOW and STOP name it. */
  get isKnownToPeer(): boolean {
    return this.#state === "open";
  }

  /** True where a STREAM frame can go out now. */
  get isWanting(): boolean {
    if (this.#state === "opening") return this.openingDue || this.send.isWanting;
    return this.#state === "open" && this.send.isWanting;
  }

  /** True where both halves are over by themselves. */
  get areHalvesOver(): boolean {
    return isFinal(sendTransitions, this.send.state) && isFinal(receiveTransitions, this.receive.state);
  }

  /** Drops what both halves hold. */
  abort(): void {
    this.send.abort();
    this.receive.abort();
  }
}
