/** One peer's side of a tunnel: the pure core over sealed paths and a clock. */
import type { MessageOpener, MessageSealer } from "../seal/message-cipher.ts";
import type { RelayPolicy } from "../signaling/services.ts";
import type { Clock } from "./clock.ts";
import type { TunnelHandle } from "./endpoint-api.ts";
import type { AttachPayload } from "./handshake-payloads.ts";
import type { Path } from "./path.ts";

/** What a peer grants the other: streams that it may have open at once, and the first window of each. */
export interface PeerLimits {
  readonly streams: number;
  readonly windowBytes: number;
}

/** What an endpoint is made of. */
export interface EndpointOptions {
  readonly role: "viewer" | "agent";
  /** 16 bytes, chosen by the viewer. */
  readonly tunnelId: Uint8Array;
  readonly clock: Clock;
  /** `handshake-only`: relay paths carry the control stream only, app streams wait for a direct or turn path. */
  readonly relayPolicy: RelayPolicy;
  /** What this side grants; limits.ts by default. */
  readonly localLimits?: PeerLimits;
  /** What the peer granted in the handshake; limits.ts by default. */
  readonly remoteLimits?: PeerLimits;
  /** How long the tunnel is kept without any path; limits.graceMs by default. */
  readonly graceMs?: number;
  /** How long app streams wait for a path that may carry them; limits.directWaitMs by default. */
  readonly directWaitMs?: number;
}

/** A path whose handshake is done. */
export interface SealedPathOptions {
  readonly pathId: number;
  /** Its handlers are not set yet: the endpoint calls `attach`. A handshake hands over through a wrapping Path. */
  readonly path: Path;
  readonly sealer: MessageSealer;
  readonly opener: MessageOpener;
}

/** A tunnel handle with what the handshakes need: it starts detached and is attached by its first path. */
export interface Endpoint extends TunnelHandle {
  /**
   * Adds a path and takes over its handlers. Throws TunnelError `already-used` (scope path) for a path id seen
   * before and `closed` after the tunnel's end; the path is the caller's to close then.
   */
  addSealedPath(options: SealedPathOptions): void;
  /** True where a path id was ever used in this tunnel. */
  hasSeenPath(pathId: number): boolean;
  /** Where this side stands in each live stream, for the payload of an NNpsk0 message. */
  attachState(): AttachPayload;
  /** Takes the peer's standing; only maxima count, so a stale one changes nothing. */
  applyAttachState(state: AttachPayload): void;
}

/** An endpoint without a path yet; it closes by itself after `graceMs` without one. */
export function createEndpoint(_options: EndpointOptions): Endpoint {
  throw new Error("not implemented");
}
