/**
 * A path over an RTCDataChannel, in the worker or in the page.
 * Invariant: the channel is ordered and reliable (neither maxRetransmits nor maxPacketLifeTime is set).
 */
import { type Code, limits, TunnelError } from "@culvert/protocol";
import type { Path, PathHandlers, PathKind } from "@culvert/protocol/endpoint";
import { freeBytes } from "./freed-bytes.ts";
import { PathInbox } from "./path-inbox.ts";

/** What of an RTCDataChannel a path uses. */
export type DataChannel = Pick<
  RTCDataChannel,
  | "binaryType"
  | "bufferedAmount"
  | "bufferedAmountLowThreshold"
  | "close"
  | "onbufferedamountlow"
  | "onclose"
  | "onerror"
  | "onmessage"
  | "onopen"
  | "readyState"
> & { send(data: Uint8Array<ArrayBuffer>): void };

/** A path over a channel that is open. `kind`: how its connection runs. */
export class DataChannelPath implements Path {
  readonly kind: PathKind;
  readonly maxMessageBytes = limits.dataChannelMessageBytes;
  readonly queueBytes = limits.channelQueueBytes;
  readonly #channel: DataChannel;
  readonly #inbox = new PathInbox();

  constructor(channel: DataChannel, kind: PathKind) {
    this.kind = kind;
    this.#channel = channel;
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = this.queueBytes / 2;
    channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    channel.onbufferedamountlow = () => this.#inbox.drained();
    channel.onerror = () => this.#inbox.closeRemotely("path-failed", "the data channel failed");
    channel.onclose = () => this.#inbox.closeRemotely("path-failed", "the data channel was closed");
    if (channel.readyState === "closing" || channel.readyState === "closed") {
      this.#inbox.closeRemotely("path-failed", "the data channel was closed");
    }
  }

  bufferedBytes(): number {
    return this.#channel.bufferedAmount;
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
    if (this.#inbox.finished || this.#channel.readyState !== "open") return;
    try {
      this.#channel.send(message as Uint8Array<ArrayBuffer>);
      // The channel has copied it (w3.org/TR/webrtc §6.2).
      freeBytes(message);
    } catch (cause) {
      // The library's own queue is full or its transport is gone: the path cannot keep its order any more.
      this.#channel.close();
      this.#inbox.closeRemotely("path-failed", `the data channel refused a message: ${String(cause)}`);
    }
  }

  attach(handlers: PathHandlers): void {
    this.#inbox.attach(handlers);
  }

  release(message: Uint8Array): void {
    freeBytes(message);
  }

  close(_code: Code, _reason: string): void {
    if (this.#inbox.closeLocally()) this.#channel.close();
  }

  #receive(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      this.#inbox.receive(new Uint8Array(data));
      return;
    }
    this.#channel.close();
    this.#inbox.closeRemotely("protocol-error", "a text message came on a data channel");
  }
}

/** Resolves when a channel is open; rejects with TunnelError `path-failed` where it closes first. */
export function channelOpened(channel: DataChannel): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (): void =>
      reject(new TunnelError("path-failed", "the data channel did not open", { scope: "path" }));
    if (channel.readyState === "open") resolve();
    else if (channel.readyState !== "connecting") refuse();
    channel.onopen = () => resolve();
    channel.onclose = refuse;
    channel.onerror = refuse;
  });
}
