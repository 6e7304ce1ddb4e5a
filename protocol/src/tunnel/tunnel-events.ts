/** What a tunnel tells its endpoint. Events come in the order in which things happened; none follows `closed`. */
import type { Code } from "../codes.ts";
import type { ErrorOrigin, TunnelError } from "../errors.ts";
import type { StreamKind } from "../wire/frame.ts";

/** Why a path went: told by the peer, seen here, or decided by the caller. */
export interface PathLoss {
  readonly code: Code;
  readonly reason: string;
  readonly origin: ErrorOrigin;
}

export type TunnelEvent =
  /** The peer opened a stream. */
  | { readonly type: "stream-opened"; readonly id: number; readonly kind: StreamKind }
  /** `read` gives bytes or END. */
  | { readonly type: "stream-readable"; readonly id: number }
  /** The peer's window for a stream is larger. */
  | { readonly type: "stream-writable"; readonly id: number }
  /** The peer wants no more bytes; reading goes on. */
  | { readonly type: "stream-stopped"; readonly id: number; readonly error: TunnelError }
  /** Both halves are over, not by this side's own reset. */
  | { readonly type: "stream-failed"; readonly id: number; readonly error: TunnelError }
  /** Both halves are over in order, or stopped. */
  | { readonly type: "stream-finished"; readonly id: number }
  | { readonly type: "path-up"; readonly pathId: number }
  | { readonly type: "path-down"; readonly pathId: number; readonly loss: PathLoss }
  | { readonly type: "path-rtt"; readonly pathId: number }
  /** A path is doubted, or trusted again. */
  | { readonly type: "path-trust"; readonly pathId: number }
  | { readonly type: "app-ready" }
  | { readonly type: "no-direct-path" }
  | { readonly type: "attached" }
  | { readonly type: "detached" }
  | { readonly type: "closed"; readonly error: TunnelError };

/** Where parts of the core put their events. */
export type Emit = (event: TunnelEvent) => void;
