/**
 * The path contract: what an endpoint asks of any pipe between two peers, and what it promises in return.
 * Every implementation passes `testing/path-contract.ts`.
 */
import type { Code } from "../codes.ts";
import type { PathKind } from "../tunnel/path-kind.ts";

export type { PathKind };

/** What a path tells its user. Nothing is called after `onClose`. */
export interface PathHandlers {
  /** One whole message, in order. The bytes are the handler's from then on. */
  onMessage(message: Uint8Array): void;
  /** `bufferedBytes()` fell to or below half of `queueBytes`. */
  onDrain(): void;
  /** The pipe is gone, once. */
  onClose(code: Code, reason: string): void;
}

/** An ordered, reliable, message-preserving pipe. */
export interface Path {
  readonly kind: PathKind;
  /** Largest message that `send` takes, sealed. */
  readonly maxMessageBytes: number;
  /** The endpoint sends while `bufferedBytes()` is below this. */
  readonly queueBytes: number;
  /** Bytes handed to `send` that have not left this process. */
  bufferedBytes(): number;
  /** True where `send` has copied the message when it returns: its bytes stay the caller's then. */
  readonly copiesMessages?: boolean;
  /** Takes ownership of the message, unless it copies. After close it is a no-op. Throws TunnelError `limit-reached` beyond `maxMessageBytes`. */
  send(message: Uint8Array): void;
  /** Sets the handlers, once; messages that came before are delivered first, in order. */
  attach(handlers: PathHandlers): void;
  /**
   * The user has opened and handed on a message of so many bytes: a pipe whose sender needs credit gives it for these,
   * not for what waits to be opened. Called once for each message, in order; left out where a pipe gives no credit.
   */
  taken?(byteCount: number): void;
  /**
   * A message that `onMessage` gave has been copied and is needed no more: its memory is the pipe's again, which may free it
   * before a garbage collector would. Called once for such messages, at any time.
   */
  release?(message: Uint8Array): void;
  /** Closes the pipe; `onClose` of this side is not called, the other side's is. Idempotent. */
  close(code: Code, reason: string): void;
}
