/** Holds both handshakes to the published vectors, handshake and transport messages alike. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createMessageOpener, createMessageSealer } from "../src/seal/counted-cipher.ts";
import { type HandshakeKeys, HandshakeState } from "../src/seal/handshake-state.ts";
import { createNoblePrimitives, nobleKeyPair } from "../src/seal/noble.ts";
import type { SealPrimitives } from "../src/seal/primitives.ts";

const hex = z.string().transform((text) => Uint8Array.from(Buffer.from(text, "hex")));
const vectorSchema = z.object({
  source: z.string(),
  protocol_name: z.enum(["Noise_IK_25519_AESGCM_SHA256", "Noise_NNpsk0_25519_AESGCM_SHA256"]),
  init_prologue: hex,
  init_static: hex.optional(),
  init_ephemeral: hex,
  init_remote_static: hex.optional(),
  init_psks: z.array(hex).optional(),
  resp_prologue: hex,
  resp_static: hex.optional(),
  resp_ephemeral: hex,
  resp_psks: z.array(hex).optional(),
  handshake_hash: hex.optional(),
  messages: z.array(z.object({ payload: hex, ciphertext: hex })),
});
type Vector = z.infer<typeof vectorSchema>;

const file = readFileSync(new URL("../vectors/noise.json", import.meta.url), "utf8");
const { vectors } = z.object({ vectors: z.array(vectorSchema) }).parse(JSON.parse(file));

function primitivesWithEphemeral(secret: Uint8Array): SealPrimitives {
  return { ...createNoblePrimitives(() => new Uint8Array(0)), generateKeyPair: () => nobleKeyPair(secret) };
}

function given(value: Uint8Array | undefined): Uint8Array {
  if (value === undefined) throw new Error("the vector lacks a key");
  return value;
}

function initiatorOf(vector: Vector): HandshakeState {
  const common = { primitives: primitivesWithEphemeral(vector.init_ephemeral), prologue: vector.init_prologue };
  if (vector.protocol_name === "Noise_NNpsk0_25519_AESGCM_SHA256") {
    return new HandshakeState({ ...common, pattern: "NNpsk0", role: "initiator", psk: given(vector.init_psks?.[0]) });
  }
  return new HandshakeState({
    ...common,
    pattern: "IK",
    role: "initiator",
    staticKey: nobleKeyPair(given(vector.init_static)),
    remoteStaticKey: given(vector.init_remote_static),
  });
}

function responderOf(vector: Vector): HandshakeState {
  const common = { primitives: primitivesWithEphemeral(vector.resp_ephemeral), prologue: vector.resp_prologue };
  if (vector.protocol_name === "Noise_NNpsk0_25519_AESGCM_SHA256") {
    return new HandshakeState({ ...common, pattern: "NNpsk0", role: "responder", psk: given(vector.resp_psks?.[0]) });
  }
  return new HandshakeState({
    ...common,
    pattern: "IK",
    role: "responder",
    staticKey: nobleKeyPair(given(vector.resp_static)),
  });
}

const ciphersOf = (keys: HandshakeKeys) => ({
  sealer: createMessageSealer(keys.sendKey),
  opener: createMessageOpener(keys.receiveKey),
});

describe("Noise vectors", () => {
  it("cover both handshakes and come from several implementations", () => {
    expect(vectors.map((vector) => `${vector.source} ${vector.protocol_name}`)).toEqual([
      "cacophony Noise_IK_25519_AESGCM_SHA256",
      "cacophony Noise_NNpsk0_25519_AESGCM_SHA256",
      "snow Noise_IK_25519_AESGCM_SHA256",
      "noise-c Noise_IK_25519_AESGCM_SHA256",
    ]);
  });

  it.each(vectors)("$source $protocol_name: every message is as published, both ways", async (vector) => {
    const initiator = initiatorOf(vector);
    const responder = responderOf(vector);
    const [first, second, ...transport] = vector.messages;
    if (first === undefined || second === undefined) throw new Error("the vector lacks handshake messages");

    expect(await initiator.writeMessage(first.payload)).toEqual(first.ciphertext);
    expect(await responder.readMessage(first.ciphertext)).toEqual(first.payload);
    expect(await responder.writeMessage(second.payload)).toEqual(second.ciphertext);
    expect(await initiator.readMessage(second.ciphertext)).toEqual(second.payload);

    const initiatorKeys = await initiator.keys();
    const responderKeys = await responder.keys();
    if (vector.handshake_hash !== undefined) expect(initiatorKeys.handshakeHash).toEqual(vector.handshake_hash);
    expect(responderKeys.handshakeHash).toEqual(initiatorKeys.handshakeHash);
    if (vector.init_static !== undefined) {
      expect(responder.remoteStaticKey).toEqual(nobleKeyPair(vector.init_static).publicKey);
    }

    expect(transport.length).toBeGreaterThan(1);
    const sides = [ciphersOf(initiatorKeys), ciphersOf(responderKeys)] as const;
    for (const [index, message] of transport.entries()) {
      const [sender, receiver] = index % 2 === 0 ? sides : [sides[1], sides[0]];
      expect(await sender.sealer.seal(message.payload)).toEqual(message.ciphertext);
      expect(await receiver.opener.open(message.ciphertext)).toEqual(message.payload);
    }
  });
});
