/**
 * The streams of one endpoint: handles by id, and the core's events about them.
 * Invariant: a stream that the peer opened reaches the application once, even where it asks late.
 */
import type { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { TunnelEvent } from "../tunnel/tunnel-events.ts";
import type { StreamKind } from "../wire/frame.ts";
import type { ByteStream } from "./byte-stream.ts";
import { EndpointStream, type StreamPort } from "./endpoint-stream.ts";
import { MessageRoom } from "./message-room.ts";

/** Core events that name a stream. */
export type StreamEvent = Extract<TunnelEvent, { readonly id: number }>;

/** The stream handles of an endpoint. */
export class EndpointStreams {
  /** Stream 0, open from the start. */
  readonly control: EndpointStream;
  readonly #port: StreamPort;
  /** Calls foreign code so that its faults stay its own. */
  readonly #guard: (call: () => void) => void;
  readonly #messageRoom = new MessageRoom(limits.tunnelMessageBytes);
  readonly #live = new Map<number, EndpointStream>();
  #onStream: ((stream: ByteStream) => void) | undefined;
  /** Opened by the peer before anyone took them. */
  #unclaimed: EndpointStream[] = [];

  constructor(port: StreamPort, guard: (call: () => void) => void) {
    this.#port = port;
    this.#guard = guard;
    this.control = this.add(0, "control");
  }

  add(id: number, kind: StreamKind): EndpointStream {
    const stream = new EndpointStream(id, kind, this.#port, this.#messageRoom);
    this.#live.set(id, stream);
    return stream;
  }

  /** Sets who takes the peer's streams; those that came before come now. */
  take(handler: (stream: ByteStream) => void): void {
    this.#onStream = handler;
    const unclaimed = this.#unclaimed;
    this.#unclaimed = [];
    for (const stream of unclaimed) this.#guard(() => handler(stream));
  }

  /** Tells a stream what happened to it. */
  tell(event: StreamEvent): void {
    if (event.type === "stream-opened") {
      this.#offer(this.add(event.id, event.kind));
      return;
    }
    const stream = this.#live.get(event.id);
    if (stream === undefined) return;
    switch (event.type) {
      case "stream-readable":
        stream.onReadable();
        return;
      case "stream-writable":
        stream.onWritable();
        return;
      case "stream-stopped":
        stream.onStopped(event.error);
        return;
      case "stream-failed":
        stream.onFailed(event.error);
        break;
      case "stream-finished":
        stream.onFinished();
    }
    this.#live.delete(event.id);
  }

  /** A stream that this side reset: the core tells nothing more about it. */
  forget(id: number): void {
    this.#live.delete(id);
  }

  /** The tunnel is over. */
  failAll(error: TunnelError): void {
    for (const stream of this.#live.values()) stream.onFailed(error);
    this.#live.clear();
    this.#unclaimed = [];
  }

  #offer(stream: EndpointStream): void {
    const handler = this.#onStream;
    if (handler === undefined) this.#unclaimed.push(stream);
    else this.#guard(() => handler(stream));
  }
}
