/**
 * What this side's application does with streams.
 * Invariant: a call on a stream that is over changes nothing.
 */
import type { Code } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import type { Outbox } from "./outbox.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Stream } from "./stream.ts";
import type { StreamTable } from "./stream-table.ts";

/** The application's side of all streams. */
export class StreamCalls {
  readonly #table: StreamTable;
  readonly #outbox: Outbox;
  readonly #scheduler: Scheduler;

  constructor(table: StreamTable, outbox: Outbox, scheduler: Scheduler) {
    this.#table = table;
    this.#outbox = outbox;
    this.#scheduler = scheduler;
  }

  /** Keeps bytes for sending. Returns the offset after them, or undefined where nothing can be written any more. */
  write(id: number, bytes: Uint8Array): number | undefined {
    const stream = this.#table.get(id);
    if (stream?.send.state !== "writing" || stream.state === "resetting") return undefined;
    stream.send.write(bytes);
    this.activate(stream);
    return stream.send.written;
  }

  end(id: number): void {
    refuseOnControl(id, "end");
    const stream = this.#table.get(id);
    if (stream === undefined) return;
    stream.send.end();
    this.activate(stream);
  }

  /** The next bytes, null for END once, undefined where nothing is here now. */
  read(id: number): Uint8Array | null | undefined {
    const stream = this.#table.get(id);
    const bytes = stream?.receive.read();
    if (stream === undefined || bytes === undefined) return undefined;
    if (bytes === null) this.#table.settle(stream);
    // After END nothing more comes, so credit for it would only cost a frame.
    else if (stream.receive.window.consume(bytes.length) && stream.receive.state === "receiving") this.#credit(stream);
    return bytes;
  }

  /** Ends both halves at once; the peer is told until it acknowledges. */
  reset(id: number, code: Code): void {
    refuseOnControl(id, "reset");
    const stream = this.#table.get(id);
    if (stream === undefined || !stream.advance("reset")) return;
    stream.resetCode = code;
    stream.abort();
    this.#outbox.forget(stream);
    if (this.#table.isWithinLimit(stream)) this.#outbox.reset(stream);
  }

  /** Reads no more; the peer is asked to stop until it acknowledges. */
  stop(id: number, code: Code): void {
    refuseOnControl(id, "stop");
    const stream = this.#table.get(id);
    if (stream === undefined || stream.stopCode !== undefined) return;
    stream.stopCode = code;
    if (stream.receive.stop() && stream.isKnownToPeer) this.#outbox.stop(stream);
    this.#table.settle(stream);
  }

  /** Gives a stream its turn where it has something to send. */
  activate(stream: Stream): void {
    if (stream !== this.#table.control) this.#scheduler.activate(stream);
  }

  #credit(stream: Stream): void {
    if (stream.isKnownToPeer) this.#outbox.window(stream);
  }
}

function refuseOnControl(id: number, call: string): void {
  if (id !== 0) return;
  throw new TunnelError("invalid-request", `the control stream cannot ${call}; close the tunnel instead`);
}
