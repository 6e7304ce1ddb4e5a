/**
 * Whether somebody types: a small part of a WebSocket or TCP stream came from the viewer just now. All tunnels of an agent
 * share one, since they share its link and its processor. The viewer opens these streams, so what comes from it is what the
 * side that opened one sends.
 */
import { limits } from "../limits.ts";
import type { Stream } from "./stream.ts";

/** A key, a pasted line or a click as an app's message carries it; what is longer can wait. */
const keyBytes = 1_024;
/** Longer than the pauses between two words. */
const pauseMs = 3_000;

/** The keys of one viewer, or of all viewers of an agent. */
export class Typing {
  #lastKeyMs = Number.NEGATIVE_INFINITY;
  #spell = 0;

  /** Counts the spells of typing, each of which ends with a pause. */
  get spell(): number {
    return this.#spell;
  }

  /** This side sends a part of a stream for the first time. */
  sent(stream: Stream, byteCount: number, nowMs: number): void {
    this.#note(stream, byteCount, nowMs, stream.isLocal && stream.receive.received > 0);
  }

  /** The peer sent a part of a stream. */
  came(stream: Stream, byteCount: number, nowMs: number): void {
    this.#note(stream, byteCount, nowMs, !stream.isLocal && stream.send.sent > 0);
  }

  isOn(nowMs: number): boolean {
    return nowMs - this.#lastKeyMs < pauseMs;
  }

  /** `mayBeKey`: it comes from the viewer, and the app has answered on the stream, so it took the stream's head and opening. */
  #note(stream: Stream, byteCount: number, nowMs: number, mayBeKey: boolean): void {
    if (stream.kind !== "websocket" && stream.kind !== "tcp") return;
    if (byteCount >= limits.longPartBytes) stream.longPartMs = nowMs;
    if (!mayBeKey || byteCount === 0 || byteCount > keyBytes) return;
    // Small parts beside bulk of the same stream belong to it, as the windows of a connection inside a TCP stream do.
    if (nowMs - stream.longPartMs < pauseMs) return;
    if (!this.isOn(nowMs)) this.#spell += 1;
    this.#lastKeyMs = nowMs;
  }
}
