/** What an endpoint offers to the viewer and agent programs, apart from how it does it. */
import type { Code } from "../codes.ts";
import type { TunnelError } from "../errors.ts";
import type { AppShare } from "../tunnel/path-table.ts";
import type { StreamKind } from "../wire/frame.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { PathKind } from "./path.ts";

/** One path as a person may see it. */
export interface PathStatus {
  readonly pathId: number;
  readonly kind: PathKind;
  readonly state: "attaching" | "active" | "suspect" | "dead";
  /** Smoothed round trip in ms, undefined before the first sample. */
  readonly rttMs: number | undefined;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** The shortest round trip so far: what the way itself takes, without queues. */
  readonly shortestRttMs?: number | undefined;
  /** Sealed bytes per second over the last half second or so; 0 while next to nothing moves. */
  readonly sentBytesPerSecond?: number;
  readonly receivedBytesPerSecond?: number;
  /** Stream bytes per second that the peer acknowledged lately; 0 where there were none. */
  readonly deliveredBytesPerSecond?: number;
  /** What this side sends on it of app streams. */
  readonly appShare?: AppShare;
}

/** The life of a tunnel: on at least one path, on none (kept for the grace time), or over. */
export type TunnelState = "attached" | "detached" | "closed";

/** What happens to a tunnel, in order; nothing follows `closed`. */
export type EndpointEvent =
  | { readonly type: "path-up"; readonly path: PathStatus }
  | { readonly type: "path-down"; readonly path: PathStatus; readonly code: Code; readonly reason: string }
  | { readonly type: "path-rtt"; readonly path: PathStatus }
  /** A path became suspect, or answers again: what it carries may have changed. */
  | { readonly type: "path-trust"; readonly path: PathStatus }
  /**
   * Bytes move: all live paths with what each carries and how fast, about twice a second while they do, and once more
   * when they do not any longer.
   */
  | { readonly type: "traffic"; readonly paths: readonly PathStatus[] }
  /** App streams may start: a direct path is up, or the relay policy lets them use the relay. */
  | { readonly type: "app-ready" }
  /** No path that may carry app streams came within the wait: the streams that waited failed, the tunnel lives on. */
  | { readonly type: "no-direct-path" }
  | { readonly type: "state"; readonly state: TunnelState }
  | { readonly type: "closed"; readonly error: TunnelError };

/** One peer's side of a tunnel over all its paths. */
export interface TunnelHandle {
  readonly role: "viewer" | "agent";
  /** 16 bytes, chosen by the viewer. */
  readonly tunnelId: Uint8Array;
  readonly state: TunnelState;
  /** The control stream (id 0), open from the start on both sides. */
  readonly control: ByteStream;
  /**
   * Opens a stream; queues (never errors) while STREAMS or the relay policy holds it back. Data may be written at
   * once. Rejected by `closed`/`read` where the tunnel ends first. Throws TunnelError `closed` after the tunnel's end
   * and while either side drains.
   */
  openStream(kind: Exclude<StreamKind, "control">): ByteStream;
  /** Called for each stream that the peer opens; set once. */
  onStream(handler: (stream: ByteStream) => void): void;
  /** Adds a listener; returns what removes it. */
  onEvent(listener: (event: EndpointEvent) => void): () => void;
  paths(): readonly PathStatus[];
  /** Something happened that paths may not have outlived (a wake-up, another network): each has to answer now. */
  probe(): void;
  /** The peer says that nothing moves on a path: it is suspect here too, until it answers. */
  doubtPath(pathId: number): void;
  /** Gives a live path up: the peer is told on another one, and what it carried goes again. Unknown ids are ignored. */
  dropPath(pathId: number, code: Code, reason: string): void;
  /** Gives a live path up: the peer is told, and what it carried goes again elsewhere. Unknown ids are ignored. */
  closePath(pathId: number, code: Code, reason: string): void;
  /** Open nothing new, finish all. */
  drain(): void;
  /** Sends CLOSE on every path, frees everything. Idempotent. */
  close(code: Code, reason: string): void;
}
