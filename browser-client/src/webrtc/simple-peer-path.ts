/**
 * A path over a simple-peer instance, for pages that already have one. Its channel cannot leave the page, so the
 * endpoint runs there too. Typed by shape: no version of simple-peer is pulled in.
 */
import { type Code, limits, TunnelError } from "@culvert/protocol";
import type { Path, PathHandlers } from "@culvert/protocol/endpoint";
import { PathInbox } from "./path-inbox.ts";

/** What of a simple-peer instance a path uses. It is a duplex stream whose chunks are messages. */
export interface SimplePeer {
  readonly destroyed: boolean;
  write(chunk: Uint8Array, written: (error?: Error | null) => void): unknown;
  destroy(error?: Error): void;
  on(event: "data", listener: (chunk: Uint8Array | string) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/**
 * A path over a connected peer, or one that is about to be. Make it before the first message can come: simple-peer
 * keeps message boundaries only while its stream flows.
 */
export class SimplePeerPath implements Path {
  readonly kind = "direct";
  readonly maxMessageBytes = limits.dataChannelMessageBytes;
  readonly queueBytes = limits.channelQueueBytes;
  readonly #peer: SimplePeer;
  readonly #inbox = new PathInbox();
  #bufferedBytes = 0;

  constructor(peer: SimplePeer) {
    this.#peer = peer;
    peer.on("data", (chunk) => this.#receive(chunk));
    peer.on("close", () => this.#inbox.closeRemotely("path-failed", "the peer was closed"));
    peer.on("error", (error) => this.#inbox.closeRemotely("path-failed", error.message));
    if (peer.destroyed) this.#inbox.closeRemotely("path-failed", "the peer was closed");
  }

  bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  send(message: Uint8Array): void {
    if (message.length > this.maxMessageBytes) {
      throw new TunnelError(
        "limit-reached",
        `a message of ${message.length} bytes; ${this.maxMessageBytes} are allowed`,
        {
          scope: "path",
        },
      );
    }
    if (this.#inbox.finished) return;
    this.#bufferedBytes += message.length;
    this.#peer.write(message, () => this.#left(message.length));
  }

  attach(handlers: PathHandlers): void {
    this.#inbox.attach(handlers);
  }

  close(_code: Code, _reason: string): void {
    if (this.#inbox.closeLocally()) this.#peer.destroy();
  }

  #left(sizeBytes: number): void {
    const low = this.queueBytes / 2;
    const before = this.#bufferedBytes;
    this.#bufferedBytes -= sizeBytes;
    if (before > low && this.#bufferedBytes <= low) this.#inbox.drained();
  }

  #receive(chunk: Uint8Array | string): void {
    if (typeof chunk !== "string") {
      this.#inbox.receive(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      return;
    }
    this.#inbox.closeRemotely("protocol-error", "a text message came on a data channel");
    this.#peer.destroy();
  }
}
