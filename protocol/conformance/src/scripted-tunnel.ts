/**
 * A tunnel as the kit plays it: it shows all that the peer does, answers what must be answered unless a case forbids it,
 * and sends exactly what a case says. No code of our own tunnel is in it.
 */
import { type Code, codes, codeToWire, limits } from "@culvert/protocol";
import { explainFrame, type Frame, type StreamKind } from "@culvert/protocol/wire";
import { ConformanceFailure } from "./conformance-case.ts";
import type { ScriptedPath } from "./scripted-path.ts";
import { SeenStream } from "./seen-stream.ts";
import { Watch } from "./watch.ts";

export interface ScriptedTunnelOptions {
  readonly role: "viewer" | "agent";
  readonly tunnelId: Uint8Array;
  /** Secret of its further handshakes, 32 bytes. */
  readonly psk: Uint8Array;
  readonly patienceMs: number;
}

/** How a stream of the kit begins and goes on. */
export interface SendOptions {
  readonly end?: boolean;
  readonly offset?: number;
  readonly path?: ScriptedPath;
}

const kept = 12;

/** The kit's side of a tunnel. */
export class ScriptedTunnel {
  readonly tunnelId: Uint8Array;
  readonly psk: Uint8Array;
  readonly patienceMs: number;
  readonly paths: ScriptedPath[] = [];
  readonly streams = new Map<number, SeenStream>();
  /** Answers that go by themselves. */
  readonly answers = { pong: true, ack: true, window: true };
  /** Nonces of PONGs by path id. */
  readonly pongs = new Map<number, number>();
  /** STREAMS as the peer told it last. */
  streamsLimit: number = limits.initialStreams;
  readonly abandoned: number[] = [];
  hasDrained = false;
  close: { readonly code: number; readonly reason: string } | undefined;
  /** Called for each new stream of the peer. */
  onStream: (stream: SeenStream) => void = () => {};
  /** Called for more bytes or END of a stream. */
  onBytes: (stream: SeenStream) => void = () => {};
  readonly #watch = new Watch();
  readonly #recent: string[] = [];
  #fault: ConformanceFailure | undefined;
  #nextStreamId: number;
  #nextNonce = 1_000;

  constructor(options: ScriptedTunnelOptions) {
    this.tunnelId = options.tunnelId;
    this.psk = options.psk;
    this.patienceMs = options.patienceMs;
    this.#nextStreamId = options.role === "viewer" ? 2 : 1;
  }

  /** A rule that the peer broke, apart from what the case asks. */
  get fault(): ConformanceFailure | undefined {
    return this.#fault ?? this.paths.find((path) => path.fault !== undefined)?.fault;
  }

  /** The path that the tunnel was opened on. */
  get first(): ScriptedPath {
    const [path] = this.paths;
    if (path === undefined) throw new Error("the tunnel has no path yet");
    return path;
  }

  /** The newest path that stands, else the newest one. */
  get path(): ScriptedPath {
    return this.paths.findLast(({ pipe }) => pipe.ended === undefined) ?? this.first;
  }

  /** Adds a path and listens to it. */
  add(path: ScriptedPath): void {
    this.paths.push(path);
    path.start({ onFrame: (frame) => this.#receive(path, frame), onChange: () => this.#watch.changed() });
  }

  /** What is known of a stream. */
  stream(id: number): SeenStream {
    let stream = this.streams.get(id);
    if (stream === undefined) {
      stream = new SeenStream(id);
      this.streams.set(id, stream);
    }
    return stream;
  }

  /** The next id of the kit's own streams. */
  nextStreamId(): number {
    this.#nextStreamId += 2;
    return this.#nextStreamId - 2;
  }

  /** Sends bytes of a stream, in as many messages as they take. With a kind until the peer has shown that it knows it. */
  write(
    id: number,
    kind: StreamKind,
    bytes: Uint8Array,
    { end = false, offset, path = this.path }: SendOptions = {},
  ): void {
    const stream = this.stream(id);
    const start = offset ?? stream.sent;
    const most = 16_000;
    for (let at = 0; at === 0 || at < bytes.length; at += most) {
      const part = bytes.subarray(at, at + most);
      const isLast = at + most >= bytes.length;
      const isEnd = end && isLast;
      stream.sent = Math.max(stream.sent, start + at + part.length + (isEnd ? 1 : 0));
      path.send({ type: "stream", id, offset: start + at, kind, end: isEnd, bytes: part });
    }
  }

  /** Waits for something that the peer must do. Rejects at once where the peer broke a rule or ended the tunnel. */
  until<T>(what: string, probe: () => T | undefined): Promise<T> {
    const checked = (): T | undefined => {
      if (this.fault !== undefined) throw this.fault;
      const found = probe();
      if (found !== undefined || this.close === undefined) return found;
      throw new ConformanceFailure(`${what}: the peer closed the tunnel with ${nameOf(this.close.code)} instead`);
    };
    return this.#watch.until(what, checked, this.patienceMs, () => this.seen());
  }

  /** PING and its PONG: what was sent before on this path has been dealt with. */
  async ping(path: ScriptedPath = this.path): Promise<void> {
    const nonce = this.#nextNonce++;
    path.send({ type: "ping", nonce });
    await this.until(
      `PONG ${nonce} on path ${path.pathId}`,
      () => (this.pongs.get(path.pathId) ?? 0) >= nonce || undefined,
    );
  }

  /** The peer ends the tunnel with a code. */
  async closedWith(what: string, code: Code): Promise<void> {
    const close = await this.until(`${what}: CLOSE`, () => this.close);
    if (close.code !== codes[code].wire) {
      throw new ConformanceFailure(`${what}: CLOSE has ${nameOf(close.code)}, expected ${code}`);
    }
  }

  /** The peer resets a stream with a code, and the tunnel lives on. */
  async resetWith(what: string, id: number, ...expected: readonly Code[]): Promise<void> {
    const reset = await this.until(`${what}: RESET ${id}`, () => this.stream(id).resets[0]);
    if (expected.length > 0 && !expected.some((code) => codeToWire(code) === reset)) {
      throw new ConformanceFailure(`${what}: RESET has ${nameOf(reset)}, expected ${expected.join(" or ")}`);
    }
    await this.ping();
  }

  /** The last frames of the peer, for messages. */
  seen(): string {
    return this.#recent.length === 0 ? "the peer sent nothing" : `the peer's last frames: ${this.#recent.join("; ")}`;
  }

  /** Ends the tunnel as the kit, with CLOSE on every path. */
  end(): void {
    for (const path of this.paths) {
      if (path.pipe.ended === undefined && this.close === undefined) {
        path.send({ type: "close", code: codes.closed.wire, reason: "the case is over" });
      }
    }
  }

  #receive(path: ScriptedPath, frame: Frame): void {
    if (frame.type !== "ping" && frame.type !== "pong") this.#recent.push(`${path.pathId}: ${explainFrame(frame)}`);
    if (this.#recent.length > kept) this.#recent.shift();
    try {
      this.#apply(path, frame);
    } catch (thrown) {
      if (!(thrown instanceof ConformanceFailure)) throw thrown;
      this.#fault ??= thrown;
    }
  }

  #apply(path: ScriptedPath, frame: Frame): void {
    switch (frame.type) {
      case "ping":
        if (this.answers.pong) path.send({ type: "pong", nonce: frame.nonce });
        break;
      case "pong":
        this.pongs.set(path.pathId, Math.max(frame.nonce, this.pongs.get(path.pathId) ?? 0));
        break;
      case "stream":
        this.#applyStream(path, frame);
        break;
      case "ack":
        this.stream(frame.id).takeAck(frame);
        break;
      case "window":
        this.stream(frame.id).limit = Math.max(this.stream(frame.id).limit, frame.limit);
        break;
      case "streams":
        this.streamsLimit = Math.max(this.streamsLimit, frame.limit);
        break;
      case "reset":
        this.stream(frame.id).resets.push(frame.code);
        path.send({ type: "reset-ack", id: frame.id });
        break;
      case "stop":
        this.stream(frame.id).stops.push(frame.code);
        path.send({ type: "stop-ack", id: frame.id });
        break;
      case "reset-ack":
        this.stream(frame.id).resetAcks += 1;
        break;
      case "stop-ack":
        this.stream(frame.id).stopAcks += 1;
        break;
      case "path-abandoned":
        this.abandoned.push(frame.pathId);
        break;
      case "drain":
        this.hasDrained = true;
        break;
      case "close":
        this.close ??= frame;
        break;
      default:
        frame satisfies never;
    }
  }

  #applyStream(path: ScriptedPath, frame: Extract<Frame, { type: "stream" }>): void {
    const isNew = !this.streams.has(frame.id);
    const stream = this.stream(frame.id);
    stream.take(frame);
    if (isNew && frame.id !== 0) this.onStream(stream);
    this.onBytes(stream);
    if (this.answers.ack) path.send({ type: "ack", id: frame.id, offset: stream.offset, ranges: [] });
    if (!this.answers.window || stream.granted - stream.bytes.length > limits.initialWindowBytes / 2) return;
    stream.granted = stream.bytes.length + limits.initialWindowBytes;
    path.send({ type: "window", id: frame.id, limit: stream.granted });
  }
}

/** The name of a code from the wire, or its number. */
export function nameOf(wire: number): string {
  return Object.entries(codes).find(([, meaning]) => meaning.wire === wire)?.[0] ?? `code ${wire}`;
}
