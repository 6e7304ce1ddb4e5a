/**
 * A tunnel's stream with promises.
 * Invariant: every promise that was given out settles, at the latest when the stream or the tunnel is over.
 */
import type { Code } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import type { StreamKind } from "../wire/frame.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { MessageRoom } from "./message-room.ts";

/** What a stream asks of its endpoint; the meanings are the core's. */
export interface StreamPort {
  write(id: number, bytes: Uint8Array): number | undefined;
  read(id: number): Uint8Array | null | undefined;
  end(id: number): void;
  reset(id: number, code: Code): void;
  stop(id: number, code: Code): void;
  sendLimit(id: number): number;
  acknowledgedBytes(id: number): number | undefined;
}

interface Reader {
  resolve(bytes: Uint8Array | null): void;
  reject(error: TunnelError): void;
}

/** A write that waits for the peer's window to reach its last byte. */
interface Writer {
  readonly untilOffset: number;
  resolve(): void;
  reject(error: TunnelError): void;
}

const done = Promise.resolve();

/** One stream of an endpoint. The endpoint calls the `on…` methods. */
export class EndpointStream implements ByteStream {
  readonly id: number;
  readonly kind: StreamKind;
  readonly messageRoom: MessageRoom;
  readonly closed: Promise<void>;
  readonly #port: StreamPort;
  #reader: Reader | undefined;
  #writers: Writer[] = [];
  #readError: TunnelError | undefined;
  #writeError: TunnelError | undefined;
  #hasReadEnd = false;
  #hasEnded = false;
  #writtenBytes = 0;
  #acknowledgedBytes = 0;
  #isOver = false;
  #settleClosed: (error: TunnelError | undefined) => void = () => {};

  constructor(id: number, kind: StreamKind, port: StreamPort, messageRoom: MessageRoom) {
    this.id = id;
    this.kind = kind;
    this.#port = port;
    this.messageRoom = messageRoom;
    this.closed = handled(
      new Promise((resolve, reject) => {
        this.#settleClosed = (error) => (error === undefined ? resolve() : reject(error));
      }),
    );
  }

  read(): Promise<Uint8Array | null> {
    if (this.#readError !== undefined) return handled(Promise.reject(this.#readError));
    if (this.#hasReadEnd) return Promise.resolve(null);
    if (this.#reader !== undefined) return handled(Promise.reject(misuse("a read is under way")));
    const bytes = this.#take();
    if (bytes !== undefined) return Promise.resolve(bytes);
    return handled(
      new Promise((resolve, reject) => {
        this.#reader = { resolve, reject };
      }),
    );
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#writeError !== undefined) return handled(Promise.reject(this.#writeError));
    if (this.#hasEnded) return handled(Promise.reject(misuse("the stream was ended")));
    const untilOffset = this.#port.write(this.id, bytes);
    if (untilOffset === undefined) return handled(Promise.reject(misuse("the stream is over")));
    this.#writtenBytes = untilOffset;
    if (untilOffset <= this.#port.sendLimit(this.id)) return done;
    return handled(
      new Promise((resolve, reject) => {
        this.#writers.push({ untilOffset, resolve, reject });
      }),
    );
  }

  end(): void {
    if (this.#hasEnded || this.#isOver) return;
    this.#port.end(this.id);
    this.#hasEnded = true;
  }

  reset(code: Code): void {
    if (this.#isOver) return;
    this.acknowledgedBytes();
    this.#port.reset(this.id, code);
    this.onFailed(new TunnelError(code, "the stream was reset by this side", { scope: "stream" }));
  }

  stop(code: Code): void {
    if (this.#isOver || this.#hasReadEnd || this.#readError !== undefined) return;
    this.#failReads(new TunnelError(code, "reading was stopped by this side", { scope: "stream" }));
    this.#port.stop(this.id, code);
  }

  acknowledgedBytes(): number {
    this.#acknowledgedBytes = this.#port.acknowledgedBytes(this.id) ?? this.#acknowledgedBytes;
    return this.#acknowledgedBytes;
  }

  /** Bytes or END are there. */
  onReadable(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const bytes = this.#take();
    if (bytes === undefined) return;
    this.#reader = undefined;
    reader.resolve(bytes);
  }

  /** The peer's window is larger. */
  onWritable(): void {
    const limit = this.#port.sendLimit(this.id);
    for (let writer = this.#writers[0]; writer !== undefined; writer = this.#writers[0]) {
      if (writer.untilOffset > limit) return;
      this.#writers.shift();
      writer.resolve();
    }
  }

  /** The peer reads no more. */
  onStopped(error: TunnelError): void {
    this.#failWrites(error);
  }

  /** Both halves are over because of an error. */
  onFailed(error: TunnelError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failReads(error);
    this.#failWrites(error);
    this.#settleClosed(error);
  }

  /** Both halves are over: in order, or one of them stopped. */
  onFinished(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const error = this.#writeError ?? this.#readError;
    if (error === undefined) this.#acknowledgedBytes = this.#writtenBytes;
    this.#settleClosed(error);
  }

  #take(): Uint8Array | null | undefined {
    const bytes = this.#port.read(this.id);
    if (bytes === null) this.#hasReadEnd = true;
    return bytes;
  }

  #failReads(error: TunnelError): void {
    if (this.#hasReadEnd) return;
    this.#readError ??= error;
    this.#reader?.reject(this.#readError);
    this.#reader = undefined;
  }

  #failWrites(error: TunnelError): void {
    this.#writeError ??= error;
    for (const writer of this.#writers) writer.reject(this.#writeError);
    this.#writers = [];
  }
}

/** A rejection that nobody looks at must not end the process; whoever awaits it still sees it. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function misuse(what: string): TunnelError {
  return new TunnelError("invalid-request", what, { scope: "stream" });
}
