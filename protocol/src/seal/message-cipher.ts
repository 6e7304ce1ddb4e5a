/**
 * How an endpoint seals and opens the messages of one path, apart from what does it.
 * Invariant: calls are made in the order of the messages, so that nonces may be implicit counters.
 */
import type { Awaitable } from "./primitives.ts";

/** Seals the messages of one direction of one path. */
export interface MessageSealer {
  /**
   * The sealed message. The plaintext may be changed as soon as the call has returned; the next call may come before this
   * one settles.
   */
  seal(plaintext: Uint8Array): Awaitable<Uint8Array>;
  /** As `seal`, at once and in place: `message` is the plaintext with a tag's room behind it. Missing where it cannot. */
  sealInPlace?(message: Uint8Array): void;
}

/** Opens the messages of one direction of one path. */
export interface MessageOpener {
  /** The plaintext, or a throw or rejection where the message does not authenticate: the path is closed then. */
  open(sealed: Uint8Array): Awaitable<Uint8Array>;
}
