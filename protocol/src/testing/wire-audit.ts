/**
 * What both sides tell each other about credit, held against what their programs really consumed.
 * Invariant checked at every message: limits rise by consumption alone, and their sum stays within the tunnel's.
 */
import { decodeMessage } from "../wire/codec.ts";
import type { Frame } from "../wire/frame.ts";
import type { SeededNetwork, Side } from "./seeded-network.ts";
import { BrokenInvariant, type StreamProgram } from "./stream-program.ts";

/** What either side grants. */
export interface AuditLimits {
  readonly streams: number;
  readonly windowBytes: number;
  readonly tunnelWindowBytes: number;
}

/** An audit of all messages of a network, and a memory of the last ones. */
export class WireAudit {
  readonly #program: StreamProgram;
  readonly #limits: AuditLimits;
  readonly #granted: Readonly<Record<Side, Map<number, number>>> = { viewer: new Map(), agent: new Map() };
  readonly #recent: { readonly from: Side; readonly message: Uint8Array }[] = [];

  constructor(network: SeededNetwork, program: StreamProgram, limits: AuditLimits) {
    this.#program = program;
    this.#limits = limits;
    network.onMessage = (from, _pathId, message) => this.#onMessage(from, message);
  }

  /** Messages that went out lately. */
  get recent(): readonly { readonly from: Side; readonly message: Uint8Array }[] {
    return this.#recent;
  }

  /** Checks the sums of one side. */
  check(side: Side): void {
    const { streams, windowBytes, tunnelWindowBytes } = this.#limits;
    const growthBytes = tunnelWindowBytes - 2 * streams * windowBytes;
    let heldBytes = 0;
    for (const { id, consumed } of this.#program.wantedFlows(side)) {
      const granted = this.#granted[side].get(id) ?? windowBytes;
      heldBytes += granted - consumed;
      if (granted - consumed > windowBytes + growthBytes) {
        throw new BrokenInvariant(`${side} granted ${granted} of stream ${id}, ${consumed} are consumed`);
      }
    }
    if (heldBytes > tunnelWindowBytes) {
      throw new BrokenInvariant(`${side} granted ${heldBytes} bytes more than it consumed`);
    }
    const accepted = this.#program.acceptedCount(side === "viewer" ? "agent" : "viewer");
    if (accepted > streams) throw new BrokenInvariant(`${accepted} streams of the peer live at ${side}`);
  }

  #onMessage(from: Side, message: Uint8Array): void {
    this.#recent.push({ from, message });
    if (this.#recent.length > 40) this.#recent.shift();
    const grants = decodeMessage(message).filter(isWindow);
    for (const { id, limit } of grants) {
      const granted = this.#granted[from];
      granted.set(id, Math.max(limit, granted.get(id) ?? 0));
    }
    if (grants.length > 0) this.check(from);
  }
}

function isWindow(frame: Frame): frame is Extract<Frame, { readonly type: "window" }> {
  return frame.type === "window" && frame.id !== 0;
}
