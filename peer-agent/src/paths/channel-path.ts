/**
 * A library's channel as a path: the one implementation of the path contract over data channels and relays.
 * Invariant: after `close` or `lost` nothing reaches the handlers, and the channel is released exactly once.
 */
import { type Code, TunnelError } from "@culvert/protocol";
import type { Path, PathHandlers, PathKind } from "@culvert/protocol/endpoint";

/** Messages that came before `attach` are held up to here; a peer that sends more loses the path. */
const heldBytesMax = 1024 * 1024;

/** What a library's channel offers to its path. */
export interface Channel {
  /** True where `send` has copied the message when it returns. */
  readonly copiesMessages: boolean;
  bufferedBytes(): number;
  /** Takes ownership of the message, unless it copies. Throws where the library refuses it. */
  send(message: Uint8Array): void;
  /** A message of so many bytes was opened and handed on; left out where a channel gives no credit. */
  consumed?(byteCount: number): void;
  /** Lets what was sent leave, then closes the channel and what it runs on. */
  release(code: Code): void;
}

export interface ChannelPathOptions {
  /** What the path turns out to be, asked once it is open. */
  kind(): PathKind;
  readonly maxMessageBytes: number;
  readonly queueBytes: number;
  readonly channel: Channel;
}

type State =
  | { readonly type: "open" }
  | { readonly type: "closed" }
  | { readonly type: "lost"; readonly code: Code; readonly reason: string };

/** A path over one open channel; the library's adapter calls `receive`, `drained` and `lost`. */
export class ChannelPath implements Path {
  readonly #kindNow: () => PathKind;
  #kind: PathKind | undefined;
  readonly maxMessageBytes: number;
  readonly queueBytes: number;
  readonly copiesMessages: boolean;
  readonly #channel: Channel;
  #state: State = { type: "open" };
  #handlers: PathHandlers | undefined;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(options: ChannelPathOptions) {
    this.#kindNow = () => options.kind();
    this.maxMessageBytes = options.maxMessageBytes;
    this.queueBytes = options.queueBytes;
    this.#channel = options.channel;
    this.copiesMessages = options.channel.copiesMessages;
  }

  get kind(): PathKind {
    this.#kind ??= this.#kindNow();
    return this.#kind;
  }

  bufferedBytes(): number {
    return this.#state.type === "open" ? this.#channel.bufferedBytes() : 0;
  }

  send(message: Uint8Array): void {
    if (this.#state.type !== "open") return;
    if (message.length > this.maxMessageBytes) {
      const words = `a message of ${message.length} bytes is longer than the channel's ${this.maxMessageBytes}`;
      throw new TunnelError("limit-reached", words, { scope: "path" });
    }
    try {
      this.#channel.send(message);
    } catch (thrown) {
      this.lost("path-failed", `the channel refused a message: ${String(thrown)}`);
    }
  }

  attach(handlers: PathHandlers): void {
    if (this.#handlers !== undefined) throw new TunnelError("internal", "a path is attached once", { scope: "path" });
    for (let message = this.#held.shift(); message !== undefined; message = this.#held.shift()) {
      handlers.onMessage(message);
    }
    this.#handlers = handlers;
    if (this.#state.type === "lost") handlers.onClose(this.#state.code, this.#state.reason);
  }

  taken(byteCount: number): void {
    if (this.#state.type === "open") this.#channel.consumed?.(byteCount);
  }

  close(code: Code, _reason: string): void {
    const wasOpen = this.#state.type === "open";
    this.#state = { type: "closed" };
    this.#held = [];
    if (wasOpen) this.#channel.release(code);
  }

  /** A message came from the peer; text is no part of the protocol. */
  receive(message: Uint8Array | string): void {
    if (this.#state.type !== "open") return;
    if (typeof message === "string") {
      this.lost("protocol-error", "a text message on a binary channel");
    } else if (this.#handlers !== undefined) {
      this.#handlers.onMessage(message);
    } else {
      this.#held.push(message);
      this.#heldBytes += message.length;
      if (this.#heldBytes > heldBytesMax) this.lost("limit-reached", "too many messages before the path was taken");
    }
  }

  /** The library's queue fell to its low mark. Told late, it may have been filled again: then another such call comes. */
  drained(): void {
    if (this.#state.type === "open" && this.bufferedBytes() <= this.queueBytes / 2) this.#handlers?.onDrain();
  }

  /** The pipe is gone, for whatever reason but our own `close`. */
  lost(code: Code, reason: string): void {
    if (this.#state.type !== "open") return;
    this.#state = { type: "lost", code, reason };
    this.#channel.release(code);
    this.#handlers?.onClose(code, reason);
  }
}
