/**
 * Runs a whole session with fixed keys and a fake clock, and notes every message of both directions: an opening, a
 * request and its answer, a second path, a WebSocket, a reset stream, the loss of a path with bytes under way, the end.
 */
import type { AgentTunnel, ByteStream, SessionContext } from "../src/endpoint/index.ts";
import { createAcceptor, openTunnel } from "../src/endpoint/index.ts";
import { createNoblePrimitives, nobleKeyPair } from "../src/seal/noble.ts";
import type { SealPrimitives } from "../src/seal/primitives.ts";
import { createFakeClock, type FakeClock } from "../src/testing/fake-clock.ts";
import { createMemoryPathPair, type MemoryPathPair } from "../src/testing/memory-path.ts";
import { toHex } from "../src/wire/hex.ts";

/** One message as it went out. */
export interface RecordedMessage {
  readonly atMs: number;
  readonly from: "viewer" | "agent";
  readonly pathId: number;
  /** What the path carried: a handshake message, or a sealed one. */
  readonly bytes: string;
  /** What a sealed message holds: frames. Absent for the two handshake messages of a path. */
  readonly plaintext?: string;
  /** It went out and never arrived. */
  readonly lost?: true;
}

/** What each side of a stream wrote, as its other side must have read it. */
export interface RecordedStream {
  readonly id: number;
  readonly kind: "http" | "websocket" | "tcp";
  readonly fromViewer: string;
  readonly fromAgent: string;
  /** `ended`: END both ways. `reset`: given up by the viewer; what was written before may not all have been sent. */
  readonly outcome: "ended" | "reset";
}

/** A session with everything that it depends on. */
export interface SessionRecording {
  readonly session: Omit<SessionContext, "relayPolicy">;
  readonly version: number;
  readonly token: string;
  readonly tunnelId: string;
  readonly viewerStaticSecret: string;
  readonly agentStaticSecret: string;
  readonly paths: readonly {
    readonly pathId: number;
    readonly viewerEphemeralSecret: string;
    readonly agentEphemeralSecret: string;
  }[];
  readonly streams: readonly RecordedStream[];
  readonly messages: readonly RecordedMessage[];
}

const fixed = (byte: number, lengthBytes = 32): Uint8Array => new Uint8Array(lengthBytes).fill(byte);
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const session = {
  sessionId: "aaaaaaaaaaaaaaaaaaaaaaaaaa",
  serverId: "bbbbbbbbbbbbbbbbbbbbbbbbbb",
  serviceId: "cccccccccccccccccccccccccc",
} as const;
const token = "a.token.of-the-control-plane";
const tunnelId = fixed(0x7c, 16);
/** By path id, from 1. */
const ephemerals = [
  { viewer: 0x31, agent: 0x41 },
  { viewer: 0x32, agent: 0x42 },
] as const;
const oneWayMs = 10;

/** The recording; the same on every run of the same code. */
export async function recordSession(): Promise<SessionRecording> {
  const clock = createFakeClock();
  const tape = new Tape(clock);
  const context: SessionContext = { ...session, relayPolicy: "full" };
  let agent: AgentTunnel | undefined;
  const acceptor = createAcceptor({
    primitives: tape.primitives(ephemerals.map(({ agent: byte }) => byte)),
    clock,
    noiseKey: nobleKeyPair(fixed(0x02)),
    admit: async () => ({ type: "accepted" }),
    onTunnel: (tunnel) => {
      agent = tunnel;
      tunnel.onStream((stream) => void answer(stream).catch(() => {}));
    },
  });
  const relay = tape.path(1, "relay");
  acceptor.accept(relay.second, context);
  const opening = openTunnel({
    ...context,
    path: relay.first,
    pathId: 1,
    primitives: tape.primitives(ephemerals.map(({ viewer }) => viewer)),
    clock,
    deviceKey: nobleKeyPair(fixed(0x01)),
    agentNoiseKey: nobleKeyPair(fixed(0x02)).publicKey,
    token,
    tunnelId,
  });
  await clock.advance(100);
  const viewer = await opening;

  const http = tape.stream(viewer.openStream("http"));
  await http.say("GET / ");
  http.end();
  await http.drain(clock);

  const direct = tape.path(2, "direct");
  acceptor.accept(direct.second, context);
  void viewer.attachPath(viewer.nextPathId(), direct.first);
  await clock.advance(100);

  const webSocket = tape.stream(viewer.openStream("websocket"));
  await webSocket.say("first ");
  await clock.advance(50);
  const canceled = tape.stream(viewer.openStream("tcp"));
  await canceled.say("never mind ");
  await clock.advance(15);
  canceled.reset();
  await clock.advance(50);

  // What is under way on the direct path is lost with it, and goes out again on the relay.
  await webSocket.say("second ");
  await clock.advance(5);
  tape.lose(2);
  direct.cut();
  await clock.advance(200);
  webSocket.end();
  await webSocket.drain(clock);
  viewer.close("closed", "the recording is complete");
  await clock.advance(1_000);
  if (agent?.state !== "closed") throw new Error("the agent's side has not ended");

  return {
    session,
    version: 1,
    token,
    tunnelId: toHex(tunnelId),
    viewerStaticSecret: toHex(fixed(0x01)),
    agentStaticSecret: toHex(fixed(0x02)),
    paths: ephemerals.map((bytes, index) => ({
      pathId: index + 1,
      viewerEphemeralSecret: toHex(fixed(bytes.viewer)),
      agentEphemeralSecret: toHex(fixed(bytes.agent)),
    })),
    streams: [http.recorded("ended"), webSocket.recorded("ended"), canceled.recorded("reset")],
    messages: tape.messages,
  };
}

/** The agent's part: every run of bytes comes back as it is, and END after END. */
async function answer(stream: ByteStream): Promise<void> {
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
  stream.end();
}

/** Notes what passes. */
class Tape {
  readonly messages: RecordedMessage[] = [];
  readonly #clock: FakeClock;
  /** What was sealed, by what came of it. */
  readonly #plaintexts = new Map<string, string>();

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** Primitives whose ephemeral secrets are the given bytes, 32 times each, and whose seals are noted. */
  primitives(ephemeralBytes: readonly number[]): SealPrimitives {
    const left = [...ephemeralBytes];
    const noble = createNoblePrimitives((lengthBytes) => fixed(0, lengthBytes));
    return {
      ...noble,
      generateKeyPair: () => nobleKeyPair(fixed(left.shift() ?? 0)),
      importAeadKey: async (key) => {
        const aead = await noble.importAeadKey(key);
        return {
          ...aead,
          encrypt: async (nonce, associatedData, plaintext) => {
            const sealed = await aead.encrypt(nonce, associatedData, plaintext);
            this.#plaintexts.set(toHex(sealed), toHex(plaintext));
            return sealed;
          },
        };
      },
    };
  }

  path(pathId: number, kind: "relay" | "direct"): MemoryPathPair {
    return createMemoryPathPair({
      kind,
      clock: this.#clock,
      delayMs: oneWayMs,
      tamper: (message, from) => {
        const bytes = toHex(message);
        const plaintext = this.#plaintexts.get(bytes);
        this.messages.push({
          atMs: this.#clock.nowMs(),
          from: from === "first" ? "viewer" : "agent",
          pathId,
          bytes,
          ...(plaintext === undefined ? {} : { plaintext }),
        });
        return message;
      },
    });
  }

  /** The path is cut now: what went out less than its delay ago never arrives. */
  lose(pathId: number): void {
    const sinceMs = this.#clock.nowMs() - oneWayMs;
    for (const [index, message] of this.messages.entries()) {
      if (message.pathId === pathId && message.atMs > sinceMs) this.messages[index] = { ...message, lost: true };
    }
  }

  stream(stream: ByteStream): RecordingStream {
    return new RecordingStream(stream);
  }
}

/** One of the viewer's streams, and what both sides wrote on it. */
class RecordingStream {
  readonly #stream: ByteStream;
  readonly #written: string[] = [];
  readonly #read: string[] = [];
  readonly #reading: Promise<void>;

  constructor(stream: ByteStream) {
    this.#stream = stream;
    this.#reading = this.#readAll().catch(() => {});
  }

  async say(words: string): Promise<void> {
    const bytes = text(words);
    this.#written.push(toHex(bytes));
    await this.#stream.write(bytes);
  }

  end(): void {
    this.#stream.end();
  }

  reset(): void {
    this.#stream.reset("canceled");
  }

  /** Lets time pass until the agent's END was read. */
  async drain(clock: FakeClock): Promise<void> {
    await clock.advance(500);
    await this.#reading;
  }

  recorded(outcome: RecordedStream["outcome"]): RecordedStream {
    const { id, kind } = this.#stream;
    if (kind === "control") throw new Error("the control stream is not recorded");
    return { id, kind, fromViewer: this.#written.join(""), fromAgent: this.#read.join(""), outcome };
  }

  async #readAll(): Promise<void> {
    for (let bytes = await this.#stream.read(); bytes !== null; bytes = await this.#stream.read()) {
      this.#read.push(toHex(bytes));
    }
  }
}
