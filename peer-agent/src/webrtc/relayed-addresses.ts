/**
 * Which addresses belong to TURN servers, as the candidates of both sides told: a path that leads over one is turn,
 * whatever an attempt was meant to be. The pair that a library selected does not say it where a check from a relayed
 * address came before its candidate.
 */
import type { PathKind } from "@culvert/protocol/endpoint";
import type { NetworkAddress } from "./webrtc-library.ts";

/** The two ends of a selected candidate pair. */
export interface SelectedPair {
  readonly local: NetworkAddress;
  readonly remote: NetworkAddress;
}

/** One per peer connection. */
export class RelayedAddresses {
  readonly #addresses = new Set<string>();

  /** Takes a candidate line of either side (RFC 8839 §5.1). */
  note(candidate: string): void {
    const [, , , , address, port, typ, type] = candidate.replace(/^a=/, "").split(" ");
    if (typ === "typ" && type === "relay") this.#addresses.add(`${address}:${port}`);
  }

  /** The kind of a path over this pair; direct where none is known. */
  kindOf(pair: SelectedPair | undefined): Exclude<PathKind, "relay"> {
    const ends = pair === undefined ? [] : [pair.local, pair.remote];
    return ends.some(({ address, port }) => this.#addresses.has(`${address}:${port}`)) ? "turn" : "direct";
  }
}
