/** Holds `vectors/handshakes.json` to the code, and to SPEC.md by reading it with nothing but Noise and msgpack. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createMessageOpener, type HandshakeKeys, HandshakeState, type SealPrimitives } from "../src/seal/index.ts";
import { createNoblePrimitives, nobleKeyPair } from "../src/seal/noble.ts";
import { decodeObject } from "../src/wire/msgpack.ts";
import { type Exchange, runTranscript, type Transcript } from "./handshake-transcript.ts";

const file = readFileSync(new URL("../vectors/handshakes.json", import.meta.url), "utf8");
const transcript = JSON.parse(file) as Transcript;
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const unpack = (payload: Uint8Array): unknown => decodeObject(z.unknown(), payload, 65_535, "a payload");

/** SPEC.md §Handshakes, written again: each field is its length, then its bytes; all here are shorter than 64. */
function prologue(...fields: (string | number | Uint8Array)[]): Uint8Array {
  const parts = fields.flatMap((field) => {
    const part =
      typeof field === "string" ? Buffer.from(field) : typeof field === "number" ? Uint8Array.of(field) : field;
    return [Uint8Array.of(part.length), part];
  });
  return Uint8Array.from(Buffer.concat(parts));
}

const primitivesFor = ({ agentEphemeralSecret }: Exchange): SealPrimitives => ({
  ...createNoblePrimitives(() => new Uint8Array(0)),
  generateKeyPair: () => nobleKeyPair(bytes(agentEphemeralSecret)),
});

const { sessionId, serverId, serviceId } = transcript.session;
const openingPrologue = prologue("culvert tunnel", 1, sessionId, serverId, serviceId, 1);

async function readOpening(exchange: Exchange) {
  const agent = new HandshakeState({
    pattern: "IK",
    role: "responder",
    primitives: primitivesFor(exchange),
    prologue: openingPrologue,
    staticKey: nobleKeyPair(bytes(transcript.agentStaticSecret)),
  });
  const first = bytes(exchange.first);
  expect([...first.subarray(0, 3)]).toEqual([1, 1, 1]);
  const payload = await agent.readMessage(first.subarray(3));
  return { agent, payload, request: unpack(payload) };
}

/** The payload of an answer, read as the viewer; its message 1 is made anew from the payload in the vector. */
async function answerPayload(exchange: Exchange): Promise<Uint8Array> {
  const viewer = new HandshakeState({
    pattern: "IK",
    role: "initiator",
    primitives: {
      ...createNoblePrimitives(() => new Uint8Array(0)),
      generateKeyPair: () => nobleKeyPair(bytes(exchange.viewerEphemeralSecret)),
    },
    prologue: openingPrologue,
    staticKey: nobleKeyPair(bytes(transcript.viewerStaticSecret)),
    remoteStaticKey: nobleKeyPair(bytes(transcript.agentStaticSecret)).publicKey,
  });
  const { payload } = await readOpening(exchange);
  expect(await viewer.writeMessage(payload)).toEqual(bytes(exchange.first).subarray(3));
  return viewer.readMessage(bytes(exchange.answer).subarray(1));
}

async function confirmationOf(keys: HandshakeKeys, exchange: Exchange): Promise<Uint8Array> {
  const sealed = bytes(exchange.confirmation ?? "");
  expect(sealed).toHaveLength(16);
  return createMessageOpener(keys.receiveKey).open(sealed);
}

describe("handshake vectors", () => {
  it("are what the code sends today; write-handshake-vectors.ts writes them anew", async () => {
    const { note, ...written } = transcript as Transcript & { readonly note: string };
    expect(note).toContain("SPEC.md");
    expect(await runTranscript()).toEqual(written);
  });

  it("read as the specification says: the opening", async () => {
    const { agent, request } = await readOpening(transcript.opening);
    expect(request).toEqual({
      token: transcript.token,
      tunnelId: bytes(transcript.tunnelId),
      versions: { min: 1, max: 1 },
      capabilities: [],
    });
    expect(agent.remoteStaticKey).toEqual(nobleKeyPair(bytes(transcript.viewerStaticSecret)).publicKey);
    const payload = await answerPayload(transcript.opening);
    expect(unpack(payload)).toEqual({
      type: "accepted",
      limits: { streams: 100, windowBytes: 262_144, graceMs: 120_000 },
      capabilities: [],
    });
    expect(bytes(transcript.opening.answer)).toEqual(Uint8Array.from([3, ...(await agent.writeMessage(payload))]));
    expect(await confirmationOf(await agent.keys(), transcript.opening)).toHaveLength(0);
  });

  it("read as the specification says: the attachment, by the secret of the opening", async () => {
    const { agent } = await readOpening(transcript.opening);
    await agent.writeMessage(await answerPayload(transcript.opening));
    const psk = (await agent.keys()).exportSecret("culvert tunnel psk");

    const { attachment } = transcript;
    const first = bytes(attachment.first);
    expect([...first.subarray(0, 3)]).toEqual([2, 1, 2]);
    expect(first.subarray(3, 19)).toEqual(bytes(transcript.tunnelId));
    const responder = new HandshakeState({
      pattern: "NNpsk0",
      role: "responder",
      primitives: primitivesFor(attachment),
      prologue: prologue("culvert path", 1, bytes(transcript.tunnelId), 2),
      psk,
    });
    const state = unpack(await responder.readMessage(first.subarray(19)));
    expect(state).toEqual({ streams: expect.any(Array) });
    const answer = bytes(attachment.answer);
    expect(answer[0]).toBe(3);
    expect(answer.length).toBeGreaterThan(1 + 32 + 16);
  });

  it("read as the specification says: the refusal", async () => {
    expect(unpack(await answerPayload(transcript.refusedOpening))).toEqual({
      type: "refused",
      code: "expired",
      message: "the token is over",
      hint: "Open it again.",
    });
    expect(transcript.refusedOpening.confirmation).toBeUndefined();
  });
});
