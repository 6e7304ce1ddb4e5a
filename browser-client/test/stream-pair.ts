/** Two ends of one stream in memory, with a window, for tests of exchanges. */
import { type Code, TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";

/** One direction: bytes go in while there is window, and out in order. */
class Lane {
  readonly #windowBytes: number;
  readonly #runs: Uint8Array[] = [];
  #heldBytes = 0;
  #ended = false;
  #fault: TunnelError | undefined;
  #changed: (() => void)[] = [];
  takenBytes = 0;

  constructor(windowBytes: number) {
    this.#windowBytes = windowBytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#runs.push(bytes);
    this.#heldBytes += bytes.length;
    this.#wake();
    while (this.#heldBytes > this.#windowBytes && this.#fault === undefined) await this.#change();
    if (this.#fault !== undefined) throw this.#fault;
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#fault !== undefined) throw this.#fault;
      const run = this.#runs.shift();
      if (run !== undefined) {
        this.#heldBytes -= run.length;
        this.takenBytes += run.length;
        this.#wake();
        return run;
      }
      if (this.#ended) return null;
      await this.#change();
    }
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  fail(code: Code, origin: "local" | "remote"): void {
    this.#fault ??= new TunnelError(code, `the stream was reset: ${code}`, { scope: "stream", origin });
    this.#wake();
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#changed.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }
}

/** The viewer's and the agent's end; `toViewer.heldBytes` shows what the viewer has not read. */
export function streamPair(kind: ByteStream["kind"], windowBytes = 256 * 1024) {
  const toAgent = new Lane(windowBytes);
  const toViewer = new Lane(windowBytes);
  const resets: Code[] = [];
  const end = (incoming: Lane, outgoing: Lane): ByteStream => ({
    id: 2,
    kind,
    closed: new Promise(() => {}),
    read: () => incoming.read(),
    write: (bytes) => outgoing.write(bytes),
    end: () => outgoing.end(),
    reset: (code) => {
      resets.push(code);
      incoming.fail(code, "local");
      outgoing.fail(code, "remote");
    },
    stop: (code) => incoming.fail(code, "local"),
    acknowledgedBytes: () => outgoing.takenBytes,
  });
  return { viewer: end(toViewer, toAgent), agent: end(toAgent, toViewer), toViewer, resets };
}
