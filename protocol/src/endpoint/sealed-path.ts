/**
 * One path with its seals: plaintext messages go in and come out, in order, whether sealing is asynchronous or not.
 * Invariant: a message that does not open closes this path only.
 */
import type { Code } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { MessageOpener, MessageSealer } from "../seal/message-cipher.ts";
import type { Awaitable } from "../seal/primitives.ts";
import { InOrder } from "./in-order.ts";
import type { Path } from "./path.ts";

/** A path whose handshake is done. */
export interface SealedPathOptions {
  readonly pathId: number;
  /** Its handlers are not set yet: the endpoint calls `attach`. A handshake hands over through a wrapping Path. */
  readonly path: Path;
  readonly sealer: MessageSealer;
  readonly opener: MessageOpener;
}

/** What a sealed path tells its endpoint. Nothing is called after `onLost` or `close`. */
export interface SealedPathHandlers {
  onMessage(plaintext: Uint8Array): void;
  /** There is room again. */
  onRoom(): void;
  onLost(code: Code, reason: string): void;
}

/** What arrives on a path, in order: messages, then its end. */
type Arrival =
  | { readonly type: "message"; readonly plaintext: Uint8Array; readonly sealedBytes: number }
  | { readonly type: "closed"; readonly code: Code; readonly reason: string };

/** A sealed message, and the bytes it took in the queue while it was being sealed. */
interface Sealed {
  readonly message: Uint8Array;
  readonly sealingBytes: number;
}

/** A path behind its seals. */
export class SealedPath {
  readonly pathId: number;
  readonly path: Path;
  readonly #sealer: MessageSealer;
  readonly #opener: MessageOpener;
  readonly #handlers: SealedPathHandlers;
  readonly #outgoing: InOrder<Sealed>;
  readonly #incoming: InOrder<Arrival>;
  /** Bytes that are being sealed: they count against the path's queue. */
  #sealingBytes = 0;
  #isOver = false;
  #sentMessages = 0;
  sentBytes = 0;
  receivedBytes = 0;

  constructor(options: SealedPathOptions, handlers: SealedPathHandlers) {
    this.pathId = options.pathId;
    this.path = options.path;
    this.#sealer = options.sealer;
    this.#opener = options.opener;
    this.#handlers = handlers;
    this.#outgoing = new InOrder(
      (sealed) => this.#sendSealed(sealed),
      () => this.#lose("internal", "a message could not be sealed"),
    );
    this.#incoming = new InOrder(
      (arrival) => this.#onArrival(arrival),
      () => this.#lose("path-failed", "a message did not authenticate"),
    );
  }

  /** Largest message before sealing. */
  get maxPlaintextBytes(): number {
    return Math.min(this.path.maxMessageBytes, limits.sealedMessageBytes) - limits.tagBytes;
  }

  /** Bytes that can be sent now. */
  get roomBytes(): number {
    return this.path.queueBytes - this.path.bufferedBytes() - this.#sealingBytes;
  }

  /** Starts to listen. */
  start(): void {
    this.path.attach({
      onMessage: (sealed) => {
        this.receivedBytes += sealed.length;
        this.#incoming.push(() => this.#open(sealed));
      },
      onDrain: () => {
        if (!this.#isOver) this.#handlers.onRoom();
      },
      onClose: (code, reason) => this.#incoming.push(() => ({ type: "closed", code, reason })),
    });
  }

  /**
   * Takes a message that has a tag's room behind it in its buffer. True where the buffer is the caller's again on return:
   * sealing or the pipe has copied the message.
   */
  send(plaintext: Uint8Array): boolean {
    this.#sentMessages += 1;
    this.sentBytes += plaintext.length + limits.tagBytes;
    this.#outgoing.push(() => this.#seal(plaintext));
    this.#endBeforeNonces();
    return this.#sealer.sealInPlace === undefined || this.path.copiesMessages === true;
  }

  #endBeforeNonces(): void {
    // SPEC.md §Sealing: a path is replaced before its nonces come near a bound.
    if (this.#sentMessages >= limits.pathMessages) this.#lose("expired", "the path carried as many messages as it may");
  }

  /** Stops listening and closes the pipe, once. */
  close(code: Code, reason: string): void {
    this.#isOver = true;
    this.#incoming.stop();
    this.#outgoing.stop();
    this.path.close(code, reason);
  }

  #seal(plaintext: Uint8Array): Awaitable<Sealed> {
    if (this.#sealer.sealInPlace !== undefined) {
      const message = new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.length + limits.tagBytes);
      this.#sealer.sealInPlace(message);
      return { message, sealingBytes: 0 };
    }
    const sealed = this.#sealer.seal(plaintext);
    if (!(sealed instanceof Promise)) return { message: sealed, sealingBytes: 0 };
    const sealingBytes = plaintext.length;
    this.#sealingBytes += sealingBytes;
    return sealed.then((message) => ({ message, sealingBytes }));
  }

  #sendSealed({ message, sealingBytes }: Sealed): void {
    try {
      this.path.send(message);
    } catch (thrown) {
      this.#lose("path-failed", TunnelError.from(thrown).message);
      return;
    }
    if (sealingBytes === 0) return;
    // The pipe may never have been full itself, so its drain event cannot be relied on.
    this.#sealingBytes -= sealingBytes;
    this.#handlers.onRoom();
  }

  #open(sealed: Uint8Array): Awaitable<Arrival> {
    const plaintext = this.#opener.open(sealed);
    const sealedBytes = sealed.length;
    if (plaintext instanceof Promise) {
      // Asynchronous primitives have copied it (AeadKey).
      this.path.release?.(sealed);
      return plaintext.then((bytes) => ({ type: "message", plaintext: bytes, sealedBytes }));
    }
    return { type: "message", plaintext, sealedBytes };
  }

  #onArrival(arrival: Arrival): void {
    if (arrival.type === "closed") {
      this.#lose(arrival.code, arrival.reason);
      return;
    }
    this.#handlers.onMessage(arrival.plaintext);
    if (!this.#isOver) this.path.taken?.(arrival.sealedBytes);
  }

  #lose(code: Code, reason: string): void {
    if (this.#isOver) return;
    this.close(code, reason);
    this.#handlers.onLost(code, reason);
  }
}
