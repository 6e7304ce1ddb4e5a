/**
 * The tunnel's own state: attached, detached or closed, draining or not.
 * Invariant: `closed` is reached once; after it every part is empty but for the CLOSE frames still to be sent.
 */
import { codeToWire } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { frameSize, writeFrame } from "../wire/codec.ts";
import { WriteCursor } from "../wire/cursor.ts";
import type { Frame } from "../wire/frame.ts";
import type { MessageSources } from "./message-builder.ts";
import type { Emit } from "./tunnel-events.ts";
import { type TunnelInput, type TunnelPhase, tunnelTransitions } from "./tunnel-state.ts";

/** A message for a path, before sealing. */
export interface OutboundMessage {
  readonly pathId: number;
  readonly message: Uint8Array;
}

/** UTF-16 units of a CLOSE reason: at most three UTF-8 bytes each stay below limits.closeReasonBytes. */
const reasonUnits = 85;

/** The life of a tunnel. */
export class TunnelLife {
  readonly #parts: MessageSources;
  readonly #emit: Emit;
  readonly #graceMs: number;
  #phase: TunnelPhase = "detached";
  #detachedAtMs: number;
  #isDraining = false;
  #isPeerDraining = false;
  #farewells: OutboundMessage[] = [];

  constructor(parts: MessageSources, emit: Emit, graceMs: number, nowMs: number) {
    this.#parts = parts;
    this.#emit = emit;
    this.#graceMs = graceMs;
    this.#detachedAtMs = nowMs;
  }

  get phase(): TunnelPhase {
    return this.#phase;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** True while new streams may be opened from this side. */
  get mayOpen(): boolean {
    return this.#phase !== "closed" && !this.#isDraining && !this.#isPeerDraining;
  }

  /** When a detached tunnel's grace time is over; infinite otherwise. */
  get deadlineMs(): number {
    return this.#phase === "detached" ? this.#detachedAtMs + this.#graceMs : Number.POSITIVE_INFINITY;
  }

  attach(): void {
    if (this.#advance("path-added")) this.#emit({ type: "attached" });
  }

  detach(nowMs: number): void {
    if (!this.#advance("last-path-lost")) return;
    this.#detachedAtMs = nowMs;
    this.#emit({ type: "detached" });
  }

  tick(nowMs: number): void {
    if (nowMs < this.deadlineMs) return;
    this.close(new TunnelError("network", `no path came back within ${this.#graceMs} ms`));
  }

  drain(): void {
    if (this.#phase === "closed" || this.#isDraining) return;
    this.#isDraining = true;
    this.#parts.outbox.drain();
    this.closeIfDrained();
  }

  peerDrains(): void {
    this.#isPeerDraining = true;
  }

  /** The side that drains closes once no stream is left. */
  closeIfDrained(): void {
    if (this.#isDraining && this.#parts.streams.appCount === 0) {
      this.close(new TunnelError("closed", "all streams are finished"));
    }
  }

  /** Ends the tunnel; every live path gets a CLOSE. */
  close(error: TunnelError): void {
    if (this.#phase === "closed") return;
    const frame: Frame = { type: "close", code: codeToWire(error.code), reason: error.message.slice(0, reasonUnits) };
    for (const { pathId } of this.#parts.paths.all()) {
      const sizeBytes = frameSize(frame);
      const cursor = new WriteCursor(new Uint8Array(sizeBytes + limits.tagBytes).subarray(0, sizeBytes));
      writeFrame(cursor, frame);
      this.#farewells.push({ pathId, message: cursor.written() });
    }
    this.closedByPeer(error);
  }

  /** Ends the tunnel without a word: the peer knows. */
  closedByPeer(error: TunnelError): void {
    if (!this.#advance("close")) return;
    const { paths, streams, outbox, scheduler, buffers } = this.#parts;
    paths.clear();
    streams.clear();
    outbox.clear();
    scheduler.clear();
    buffers.clear();
    this.#emit({ type: "closed", error });
  }

  /** The CLOSE of each path, once. */
  takeFarewells(): OutboundMessage[] {
    const farewells = this.#farewells;
    this.#farewells = [];
    return farewells;
  }

  #advance(input: TunnelInput): boolean {
    const next = tunnelTransitions[this.#phase][input];
    if (next === undefined) return false;
    this.#phase = next;
    return true;
  }
}
