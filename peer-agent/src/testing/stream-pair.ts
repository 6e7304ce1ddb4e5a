/** Two joined byte streams in memory with a window, END, RESET and STOP: a tunnel's stream without the tunnel. */
import { type Code, TunnelError } from "@culvert/protocol";
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
  error: TunnelError | undefined;
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

  fail(error: TunnelError): void {
    if (this.error !== undefined || (this.isEnded && this.queue.length === 0)) return;
    this.error = error;
    this.done.reject(error);
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
    this.closed = Promise.all([incoming.done.promise, outgoing.done.promise]).then(() => {});
    this.closed.catch(() => {});
  }

  async read(): Promise<Uint8Array | null> {
    const flow = this.#in;
    await flow.until(() => flow.error !== undefined || flow.queue.length > 0 || flow.isEnded);
    if (flow.error !== undefined) throw flow.error;
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
      await flow.until(() => flow.error !== undefined || flow.queuedBytes < windowBytes);
      if (flow.error !== undefined) throw flow.error;
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
    const error = new TunnelError(code, "the stream was reset", { scope: "stream", origin: "remote" });
    this.#in.fail(error);
    this.#out.fail(error);
  }

  stop(code: Code): void {
    this.#in.fail(new TunnelError(code, "the reader stopped", { scope: "stream", origin: "remote" }));
  }

  acknowledgedBytes(): number {
    return this.#out.takenBytes;
  }
}
