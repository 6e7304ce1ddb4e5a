/** Holds `vectors/session.json` to SPEC.md, by reading it with nothing but Noise and the codec, and to the code. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createMessageOpener, type HandshakeKeys, HandshakeState, type SealPrimitives } from "../src/seal/index.ts";
import { createNoblePrimitives, nobleKeyPair } from "../src/seal/noble.ts";
import { decodeMessage } from "../src/wire/codec.ts";
import type { Frame } from "../src/wire/frame.ts";
import { bytesOf } from "./frame-vectors.ts";
import { type RecordedMessage, recordSession, type SessionRecording } from "./session-recording.ts";

const file = readFileSync(new URL("../vectors/session.json", import.meta.url), "utf8");
const recording = JSON.parse(file) as SessionRecording;
const oneWayMs = 10;

type Side = RecordedMessage["from"];
type Frames = readonly Frame[];

/** SPEC.md §Handshakes, written again: each field is its length, then its bytes; all here are shorter than 64. */
function prologue(...fields: (string | number | Uint8Array)[]): Uint8Array {
  const parts = fields.flatMap((field) => {
    const part =
      typeof field === "string" ? Buffer.from(field) : typeof field === "number" ? Uint8Array.of(field) : field;
    return [Uint8Array.of(part.length), part];
  });
  return Uint8Array.from(Buffer.concat(parts));
}

function primitivesWith(ephemeralSecret: string): SealPrimitives {
  return {
    ...createNoblePrimitives(() => new Uint8Array(0)),
    generateKeyPair: () => nobleKeyPair(bytesOf(ephemeralSecret)),
  };
}

/** The keys of one path on both sides, from the secrets of the recording and its first two messages. */
async function keysOf(pathId: number, psk: Uint8Array | undefined): Promise<Record<Side, HandshakeKeys>> {
  const secrets = recording.paths.find((path) => path.pathId === pathId);
  const [first, answer] = recording.messages.filter((message) => message.pathId === pathId);
  if (secrets === undefined || first === undefined || answer === undefined) throw new Error("no such path");
  const primitives = {
    viewer: primitivesWith(secrets.viewerEphemeralSecret),
    agent: primitivesWith(secrets.agentEphemeralSecret),
  };
  const { viewer, agent } =
    psk === undefined ? openingStates(pathId, primitives) : attachmentStates(pathId, primitives, psk);
  // Before the Noise message: type, version and path id, and the tunnel's id in an attachment.
  const noise = bytesOf(first.bytes).subarray(psk === undefined ? 3 : 19);
  expect(await viewer.writeMessage(await agent.readMessage(noise))).toEqual(noise);
  const payload = await viewer.readMessage(bytesOf(answer.bytes).subarray(1));
  expect(await agent.writeMessage(payload)).toEqual(bytesOf(answer.bytes).subarray(1));
  return { viewer: await viewer.keys(), agent: await agent.keys() };
}

/** Both sides of Noise IK. */
function openingStates(pathId: number, primitives: Record<Side, SealPrimitives>): Record<Side, HandshakeState> {
  const { sessionId, serverId, serviceId } = recording.session;
  const agentStatic = nobleKeyPair(bytesOf(recording.agentStaticSecret));
  const shared = {
    pattern: "IK",
    prologue: prologue("culvert tunnel", 1, sessionId, serverId, serviceId, pathId),
  } as const;
  return {
    viewer: new HandshakeState({
      ...shared,
      role: "initiator",
      primitives: primitives.viewer,
      staticKey: nobleKeyPair(bytesOf(recording.viewerStaticSecret)),
      remoteStaticKey: agentStatic.publicKey,
    }),
    agent: new HandshakeState({ ...shared, role: "responder", primitives: primitives.agent, staticKey: agentStatic }),
  };
}

/** Both sides of Noise NNpsk0. */
function attachmentStates(
  pathId: number,
  primitives: Record<Side, SealPrimitives>,
  psk: Uint8Array,
): Record<Side, HandshakeState> {
  const shared = {
    pattern: "NNpsk0",
    prologue: prologue("culvert path", 1, bytesOf(recording.tunnelId), pathId),
    psk,
  } as const;
  return {
    viewer: new HandshakeState({ ...shared, role: "initiator", primitives: primitives.viewer }),
    agent: new HandshakeState({ ...shared, role: "responder", primitives: primitives.agent }),
  };
}

/** The frames of each sealed message that has any. */
const framesOf = ({ plaintext }: RecordedMessage): Frames =>
  plaintext === undefined || plaintext === "" ? [] : decodeMessage(bytesOf(plaintext));

/** What one side of a stream has from the other, put together from whatever arrived in whatever order. */
class Arrived {
  readonly #bytes = new Map<number, number>();
  #endOffset: number | undefined;

  take({ offset, bytes, end }: Extract<Frame, { type: "stream" }>): void {
    for (const [index, byte] of bytes.entries()) {
      expect(this.#bytes.get(offset + index) ?? byte).toBe(byte);
      this.#bytes.set(offset + index, byte);
    }
    if (end) this.#endOffset = offset + bytes.length;
  }

  /** Bytes without a gap from 0; END counts as one more. */
  get coveredOffset(): number {
    let offset = 0;
    while (this.#bytes.has(offset)) offset += 1;
    return offset === this.#endOffset ? offset + 1 : offset;
  }

  get hex(): string {
    return Buffer.from([...this.#bytes].sort(([one], [other]) => one - other).map(([, byte]) => byte)).toString("hex");
  }

  get isWhole(): boolean {
    return this.#endOffset !== undefined && this.coveredOffset === this.#endOffset + 1;
  }
}

/** Everything that arrived from one side until a moment, by stream. */
function arrivedFrom(side: Side, untilMs: number): ReadonlyMap<number, Arrived> {
  const streams = new Map<number, Arrived>();
  for (const message of recording.messages) {
    if (message.from !== side || message.lost || message.atMs + oneWayMs > untilMs) continue;
    for (const frame of framesOf(message)) {
      if (frame.type !== "stream") continue;
      const stream = streams.get(frame.id) ?? new Arrived();
      streams.set(frame.id, stream);
      stream.take(frame);
    }
  }
  return streams;
}

describe("the recorded session", () => {
  it("opens with the keys of its handshakes, message by message", async () => {
    const opening = await keysOf(1, undefined);
    const psk = opening.agent.exportSecret("culvert tunnel psk");
    for (const [pathId, keys] of [[1, opening] as const, [2, await keysOf(2, psk)] as const]) {
      const sealed = recording.messages.filter((message) => message.pathId === pathId).slice(2);
      const openers = {
        viewer: createMessageOpener(keys.agent.receiveKey),
        agent: createMessageOpener(keys.viewer.receiveKey),
      };
      for (const { from, bytes, plaintext } of sealed) {
        expect(Buffer.from(await openers[from].open(bytesOf(bytes))).toString("hex")).toBe(plaintext);
      }
    }
  });

  it("brings every stream whole, although a path was lost with bytes under way", () => {
    expect(recording.messages.some(({ lost }) => lost)).toBe(true);
    const fromViewer = arrivedFrom("viewer", Number.POSITIVE_INFINITY);
    const fromAgent = arrivedFrom("agent", Number.POSITIVE_INFINITY);
    for (const stream of recording.streams.filter(({ outcome }) => outcome === "ended")) {
      expect(fromViewer.get(stream.id)).toMatchObject({ hex: stream.fromViewer, isWhole: true });
      expect(fromAgent.get(stream.id)).toMatchObject({ hex: stream.fromAgent, isWhole: true });
    }
  });

  it("acknowledges what has arrived and nothing else", () => {
    for (const message of recording.messages) {
      const arrived = arrivedFrom(message.from === "viewer" ? "agent" : "viewer", message.atMs);
      for (const frame of framesOf(message)) {
        if (frame.type === "ack") expect(frame.offset).toBeLessThanOrEqual(arrived.get(frame.id)?.coveredOffset ?? 0);
      }
    }
  });

  it("opens each stream once by kind, resets one with a code, and ends with CLOSE", () => {
    const frames = recording.messages.filter(({ from }) => from === "viewer").flatMap(framesOf);
    const kinds = new Map(
      frames.flatMap((frame) => (frame.type === "stream" && frame.kind ? [[frame.id, frame.kind]] : [])),
    );
    expect([...kinds]).toEqual(recording.streams.map(({ id, kind }) => [id, kind]));
    const reset = recording.streams.filter(({ outcome }) => outcome === "reset").map(({ id }) => id);
    expect(frames.flatMap((frame) => (frame.type === "reset" ? [[frame.id, frame.code]] : []))).toEqual(
      reset.map((id) => [id, 0x13]),
    );
    expect(frames.at(-1)).toMatchObject({ type: "close", code: 0x14 });
  });

  it("comes out the same from the code of today, however it cuts and times its messages", async () => {
    const again = await recordSession();
    expect(again.streams).toEqual(recording.streams);
    const handshakes = ({ messages }: SessionRecording) => messages.filter(({ plaintext }) => plaintext === undefined);
    expect(handshakes(again)[0]).toEqual(handshakes(recording)[0]);
    expect(handshakes(again)).toHaveLength(4);
  });
});
