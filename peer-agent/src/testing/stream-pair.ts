/** Two joined byte streams in memory with a window, END, RESET and STOP: a tunnel's stream without the tunnel. */
import { type Code, type ErrorOrigin, TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import type { StreamKind } from "@culvert/protocol/wire";

const windowBytes = 256 * 1024;

/** The viewer's and the agent's end of one stream. */
export function streamPair(kind: StreamKind): { readonly viewer: ByteStream; readonly agent: ByteStream } {
  const toAgent = new Flow();
  const toViewer = new Flow();
  return { viewer: new PairedStream(kind, toViewer, toAgent), agent: new PairedStream(kind, toAgent, toViewer) };
}

/** One direction. */
class Flow {
  readonly queue: Uint8Array[] = [];
  queuedBytes = 0;
  takenBytes = 0;
  isEnded = false;
  readError: TunnelError | undefined;
  writeError: TunnelError | undefined;
  readonly done = Promise.withResolvers<void>();
  #wakers: (() => void)[] = [];

  constructor() {
    this.done.promise.catch(() => {});
  }

  async until(ready: () => boolean): Promise<void> {
    while (!ready()) await new Promise<void>((resolve) => this.#wakers.push(resolve));
  }

  wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const waker of wakers) waker();
  }

  /** `reader`: which side the fault is on as the reader sees it; the writer sees the other one. */
  fail(code: Code, message: string, reader: ErrorOrigin): void {
    if (this.readError !== undefined || (this.isEnded && this.queue.length === 0)) return;
    const writer = reader === "local" ? "remote" : "local";
    this.readError = new TunnelError(code, message, { scope: "stream", origin: reader });
    this.writeError = new TunnelError(code, message, { scope: "stream", origin: writer });
    this.done.reject(this.readError);
    this.wake();
  }
}

class PairedStream implements ByteStream {
  readonly id = 2;
  readonly kind: StreamKind;
  readonly closed: Promise<void>;
  readonly #in: Flow;
  readonly #out: Flow;
  #writing: Promise<void> = Promise.resolve();

  constructor(kind: StreamKind, incoming: Flow, outgoing: Flow) {
    this.kind = kind;
    this.#in = incoming;
    this.#out = outgoing;
    this.closed = bothFinished(incoming.done.promise, outgoing.done.promise);
    this.closed.catch(() => {});
  }

  async read(): Promise<Uint8Array | null> {
    const flow = this.#in;
    await flow.until(() => flow.readError !== undefined || flow.queue.length > 0 || flow.isEnded);
    if (flow.readError !== undefined) throw flow.readError;
    const bytes = flow.queue.shift();
    if (bytes === undefined) {
      flow.done.resolve();
      return null;
    }
    flow.queuedBytes -= bytes.length;
    flow.takenBytes += bytes.length;
    flow.wake();
    return bytes;
  }

  write(bytes: Uint8Array): Promise<void> {
    const flow = this.#out;
    const before = this.#writing;
    const written = before.then(async () => {
      await flow.until(() => flow.writeError !== undefined || flow.queuedBytes < windowBytes);
      if (flow.writeError !== undefined) throw flow.writeError;
      flow.queue.push(bytes);
      flow.queuedBytes += bytes.length;
      flow.wake();
    });
    this.#writing = written.catch(() => {});
    return written;
  }

  end(): void {
    const flow = this.#out;
    this.#writing = this.#writing.then(() => {
      flow.isEnded = true;
      flow.wake();
    });
  }

  reset(code: Code): void {
    this.#in.fail(code, "the stream was reset", "local");
    this.#out.fail(code, "the stream was reset", "remote");
  }

  stop(code: Code): void {
    this.#in.fail(code, "the reader stopped", "local");
  }

  acknowledgedBytes(): number {
    return this.#out.takenBytes;
  }
}

/** Settles when both have; rejects where one of them did. */
async function bothFinished(one: Promise<void>, other: Promise<void>): Promise<void> {
  await Promise.allSettled([one, other]);
  await Promise.all([one, other]);
}
