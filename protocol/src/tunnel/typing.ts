/**
 * Whether somebody types: a small part of a WebSocket or TCP stream came from the viewer just now. All tunnels of an agent
 * share one, since they share its link and its processor.
 */
import type { Stream } from "./stream.ts";

/** A key, a pasted line or a click as an app's message carries it; what is longer can wait. */
const keyBytes = 1_024;
/** Longer than the pauses between two words. */
const pauseMs = 3_000;

/** The keys of one viewer, or of all viewers of an agent. */
export class Typing {
  #lastKeyMs = Number.NEGATIVE_INFINITY;

  /** A viewer sent a part of a stream. Where the stream brings bulk too, its keys are the bulk's own, as TCP's windows are. */
  note({ kind, flow }: Stream, byteCount: number, nowMs: number): void {
    if (kind !== "websocket" && kind !== "tcp") return;
    if (flow !== "bulk" && byteCount > 0 && byteCount <= keyBytes) this.#lastKeyMs = nowMs;
  }

  isOn(nowMs: number): boolean {
    return nowMs - this.#lastKeyMs < pauseMs;
  }
}
