/** One two-way byte flow in a tunnel, with promises: what targets, service workers and Node viewers work with. */
import type { Code } from "../codes.ts";
import type { StreamKind } from "../wire/frame.ts";
import type { MessageRoom } from "./message-room.ts";

/** Reading and writing are independent halves; both finished (or reset) finish the stream. */
export interface ByteStream {
  readonly id: number;
  readonly kind: StreamKind;
  /**
   * The next bytes in order, or null after the peer's END. Credit for them goes back when they are returned.
   * Rejects with a TunnelError of scope `stream` or `tunnel` after a reset or the tunnel's end. One read at a time.
   */
  read(): Promise<Uint8Array | null>;
  /**
   * Resolves when the bytes are inside the peer's window (that is the back-pressure); they must not be changed after.
   * Rejects after STOP, reset or the tunnel's end. Calls are served in order.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** No more bytes will be written. Idempotent. */
  end(): void;
  /** Aborts both halves with a code: the peer's reads reject with it (origin remote). Idempotent. */
  reset(code: Code): void;
  /** Asks the peer to stop writing; what it had sent is discarded. Its writes reject with the code. Idempotent. */
  stop(code: Code): void;
  /** Bytes written that the peer has acknowledged (for upload progress). */
  acknowledgedBytes(): number;
  /** What whole messages of all streams of the tunnel share; undefined where nothing bounds their sum. */
  readonly messageRoom?: MessageRoom;
  /** Settles when both halves are finished: resolves after END both ways, rejects with the TunnelError otherwise. */
  readonly closed: Promise<void>;
}
