/**
 * What frames of the peer do to streams.
 * Invariant: a frame changes nothing but what its offsets and absolute limits allow, whenever and wherever it comes.
 */
import { codeFromWire } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import type { Frame, StreamFrame } from "../wire/frame.ts";
import type { MessageSources } from "./message-builder.ts";
import type { Outbox } from "./outbox.ts";
import type { Stream } from "./stream.ts";
import type { StreamCalls } from "./stream-calls.ts";
import { controlStreamId } from "./stream-ids.ts";
import type { StreamTable } from "./stream-table.ts";
import type { Emit } from "./tunnel-events.ts";
import type { Typing } from "./typing.ts";

/** Frames that name a stream. */
export type StreamControlFrame = Extract<Frame, { readonly id: number }>;

/** The peer's side of all streams. */
export class StreamFrames {
  readonly #table: StreamTable;
  readonly #calls: StreamCalls;
  readonly #outbox: Outbox;
  readonly #typing: Typing;
  readonly #emit: Emit;

  constructor({ streams, outbox, typing }: MessageSources, calls: StreamCalls, emit: Emit) {
    this.#table = streams;
    this.#calls = calls;
    this.#outbox = outbox;
    this.#typing = typing;
    this.#emit = emit;
  }

  /** Applies a frame. Throws TunnelError of scope `tunnel` where an id breaks the rules; a broken stream is reset here. */
  apply(frame: StreamControlFrame, nowMs: number): void {
    if (frame.id === controlStreamId) refuseOnControl(frame);
    this.#table.tick(nowMs);
    const stream = this.#find(frame, nowMs);
    if (stream === undefined) return;
    try {
      this.#applyTo(stream, frame, nowMs);
    } catch (thrown) {
      if (!(thrown instanceof TunnelError) || thrown.scope !== "stream") throw thrown;
      this.fail(stream, thrown);
    }
  }

  /** Ends a stream by this side's decision, told to both the application and the peer. */
  fail(stream: Stream, error: TunnelError): void {
    if (stream === this.#table.control) throw new TunnelError(error.code, error.message, { origin: error.origin });
    if (stream.state === "resetting" || stream.state === "finished") return;
    this.#calls.reset(stream.id, error.code);
    this.#emit({ type: "stream-failed", id: stream.id, error });
  }

  /** The live stream that a frame means; where there is none, the frame is answered here. */
  #find(frame: StreamControlFrame, nowMs: number): Stream | undefined {
    const { id } = frame;
    const live = this.#table.get(id);
    if (live !== undefined) return live;
    const standing = this.#table.standingOf(id);
    if (standing === "finished") return this.#answerFinished(frame);
    if (standing === "beyond-limit") throw violation(`stream ${id} is beyond the STREAMS limit`);
    if (standing === "openable" && frame.type === "reset") {
      this.#table.finishUnopened(id);
      this.#outbox.resetAck(id);
      return undefined;
    }
    if (standing !== "openable" || frame.type !== "stream" || frame.kind === undefined || frame.kind === "control") {
      throw violation(`${frame.type} names stream ${id}, which was never opened`);
    }
    this.#emit({ type: "stream-opened", id, kind: frame.kind });
    return this.#table.openRemote(id, frame.kind, nowMs);
  }

  #answerFinished(frame: StreamControlFrame): undefined {
    const { id } = frame;
    // What comes late for a stream that is over is answered so that the peer can let go, and opens nothing.
    if (frame.type === "stream") this.#outbox.finishedAck(id, frame.offset + frame.bytes.length + (frame.end ? 1 : 0));
    if (frame.type === "reset") this.#outbox.resetAck(id);
    if (frame.type === "stop") this.#outbox.stopAck(id);
  }

  #applyTo(stream: Stream, frame: StreamControlFrame, nowMs: number): void {
    if (frame.type !== "reset" && frame.type !== "reset-ack") this.#noteKnown(stream, frame);
    switch (frame.type) {
      case "stream":
        this.#onStream(stream, frame, nowMs);
        return;
      case "ack":
        stream.send.acknowledge(frame.offset, frame.ranges);
        if (stream.send.state === "acknowledged") this.#table.settle(stream);
        return;
      case "window":
        if (!stream.send.raiseLimit(frame.limit)) return;
        this.#calls.activate(stream);
        this.#emit({ type: "stream-writable", id: stream.id });
        return;
      case "reset":
        this.#onReset(stream, frame.code);
        return;
      case "reset-ack":
        if (stream.advance("reset-acknowledged")) this.#table.finishReset(stream);
        return;
      case "stop":
        this.#onStop(stream, frame.code);
        return;
      case "stop-ack":
        stream.receive.stopAcknowledged();
        this.#table.settle(stream);
        return;
    }
  }

  /** Any frame about a stream of ours shows that the peer has its opening. */
  #noteKnown(stream: Stream, frame: StreamControlFrame): void {
    if (stream.state === "held") throw violation(`${frame.type} names stream ${stream.id}, which was never opened`);
    if (!stream.advance("acknowledged")) return;
    if (stream.receive.state === "stopping") this.#outbox.stop(stream);
  }

  #onStream(stream: Stream, frame: StreamFrame, nowMs: number): void {
    if (stream.state === "resetting") return;
    if (frame.kind !== undefined && frame.kind !== stream.kind) {
      throw new TunnelError("protocol-error", `a ${stream.kind} stream is named ${frame.kind}`, {
        scope: "stream",
        origin: "remote",
      });
    }
    const { progressed, urgent } = stream.receive.accept(frame.offset, frame.bytes, frame.end);
    this.#typing.came(stream, frame.bytes.length, nowMs);
    this.#outbox.ack(stream, urgent, nowMs);
    if (progressed) this.#emit({ type: "stream-readable", id: stream.id });
  }

  #onReset(stream: Stream, wireCode: number): void {
    this.#outbox.resetAck(stream.id);
    // Where both reset at once, ours stays out until the peer acknowledges it.
    if (!stream.advance("reset-received")) return;
    this.#table.finishReset(stream);
    const code = codeFromWire(wireCode);
    const error = new TunnelError(code, "the peer ended the stream", { scope: "stream", origin: "remote" });
    this.#emit({ type: "stream-failed", id: stream.id, error });
  }

  #onStop(stream: Stream, wireCode: number): void {
    this.#outbox.stopAck(stream.id);
    if (stream.send.state !== "writing" && stream.send.state !== "ending") return;
    stream.send.stop();
    const code = codeFromWire(wireCode);
    const error = new TunnelError(code, "the peer reads no more", { scope: "stream", origin: "remote" });
    this.#emit({ type: "stream-stopped", id: stream.id, error });
    this.#table.settle(stream);
  }
}

/** The control stream lives as long as the tunnel (SPEC.md §Streams). */
function refuseOnControl(frame: StreamControlFrame): void {
  if (frame.type === "ack" || frame.type === "window") return;
  if (frame.type === "stream" && !frame.end && (frame.kind === undefined || frame.kind === "control")) return;
  throw violation(`${frame.type} would end or rename the control stream`);
}

function violation(message: string): TunnelError {
  return new TunnelError("protocol-error", message, { scope: "tunnel", origin: "remote" });
}
