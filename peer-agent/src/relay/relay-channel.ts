/**
 * The credit of one relay: what may be sent and what the other side may send (SPEC.md §Signaling). Pure but for the
 * calls it makes.
 * Invariant: data leaves in order and never beyond the other side's credit; credit given only rises.
 */
import { type Code, limits } from "@culvert/protocol";
import { RelayCredit } from "@culvert/protocol/endpoint";
import type { Channel } from "../paths/channel-path.ts";

/** Where envelopes go. */
export interface RelaySocket {
  /** Sends one message; `onFlushed` when it has left this process. */
  sendData(message: Uint8Array, onFlushed: () => void): void;
  /** Tells how many bytes this side takes in total. */
  sendCredit(limitBytes: number): void;
  /** The relay is over on this side. */
  release(code: Code): void;
}

/** What the relay's path hears of its channel. */
export interface RelayChannelEvents {
  /** `bufferedBytes` fell to or below the low mark. */
  onDrain(): void;
  /** The other side sent beyond its credit. */
  onOverrun(): void;
}

const lowBytes = limits.relayCreditBytes / 2;

/** One direction's queue and both directions' credit. */
export class RelayChannel implements Channel {
  readonly copiesMessages = false;
  readonly #socket: RelaySocket;
  readonly #events: RelayChannelEvents;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #unflushedBytes = 0;
  #sentBytes = 0;
  #creditBytes = limits.relayCreditBytes;
  readonly #given = new RelayCredit();

  constructor(socket: RelaySocket, events: RelayChannelEvents) {
    this.#socket = socket;
    this.#events = events;
  }

  bufferedBytes(): number {
    return this.#queuedBytes + this.#unflushedBytes;
  }

  send(message: Uint8Array): void {
    this.#queue.push(message);
    this.#queuedBytes += message.length;
    this.#pump();
  }

  release(code: Code): void {
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#socket.release(code);
  }

  /** The other side takes more; a smaller number than before says nothing (limits only rise). */
  receiveCredit(limitBytes: number): void {
    this.#creditBytes = Math.max(this.#creditBytes, limitBytes);
    this.#pump();
  }

  /** Counts a message of the other side before it is delivered; false where it is beyond the credit given. */
  receiveData(lengthBytes: number): boolean {
    if (this.#given.receive(lengthBytes)) return true;
    this.#events.onOverrun();
    return false;
  }

  consumed(byteCount: number): void {
    const limitBytes = this.#given.take(byteCount);
    if (limitBytes !== undefined) this.#socket.sendCredit(limitBytes);
  }

  #pump(): void {
    for (let message = this.#queue[0]; message !== undefined; message = this.#queue[0]) {
      const lengthBytes = message.length;
      if (this.#sentBytes + lengthBytes > this.#creditBytes) return;
      this.#queue.shift();
      this.#queuedBytes -= lengthBytes;
      this.#unflushedBytes += lengthBytes;
      this.#sentBytes += lengthBytes;
      this.#socket.sendData(message, () => this.#flushed(lengthBytes));
    }
  }

  #flushed(lengthBytes: number): void {
    const before = this.bufferedBytes();
    this.#unflushedBytes -= lengthBytes;
    if (before > lowBytes && this.bufferedBytes() <= lowBytes) this.#events.onDrain();
  }
}
