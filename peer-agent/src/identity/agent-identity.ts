/**
 * Who this machine is: an Ed25519 identity and the X25519 key of its Noise handshakes, which the identity vouches for.
 * Invariant: the server's name is derived from the identity key, so a new key is a new server.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { DhKeyPair } from "@culvert/protocol/seal";
import { type AgentPublicKey, noiseKeyProof, type ServerId, serverIdOf } from "@culvert/protocol/signaling";
import { z } from "zod";
import { dhKeyPair, rawPublicKey } from "../sealing/dh-key-pair.ts";

/** An agent's keys in use. */
export interface AgentIdentity {
  readonly serverId: ServerId;
  /** What viewers and the control plane get to see. */
  readonly publicKey: AgentPublicKey;
  readonly noiseKey: DhKeyPair;
  /** Ed25519 signature over the text's UTF-8 bytes, base64url. */
  sign(text: string): string;
}

const privateJwk = (curve: "Ed25519" | "X25519") =>
  z.object({ kty: z.literal("OKP"), crv: z.literal(curve), x: z.string(), d: z.string() });

/** The two private keys as they stand in the data folder. */
export const storedIdentitySchema = z.object({
  v: z.literal(1),
  identityKey: privateJwk("Ed25519"),
  noiseKey: privateJwk("X25519"),
});
export type StoredIdentity = z.infer<typeof storedIdentitySchema>;

/** New keys, to be stored before they are used. */
export function newStoredIdentity(): StoredIdentity {
  const jwk = (key: KeyObject) => key.export({ format: "jwk" });
  return storedIdentitySchema.parse({
    v: 1,
    identityKey: jwk(generateKeyPairSync("ed25519").privateKey),
    noiseKey: jwk(generateKeyPairSync("x25519").privateKey),
  });
}

/** Keys from the data folder, ready for use. Throws where they are no keys. */
export function agentIdentity(stored: StoredIdentity): AgentIdentity {
  const identityKey = createPrivateKey({ key: stored.identityKey, format: "jwk" });
  const noiseKey = dhKeyPair(createPrivateKey({ key: stored.noiseKey, format: "jwk" }));
  const rawIdentity = rawPublicKey(createPublicKey(identityKey));
  const signText = (text: string) => sign(null, Buffer.from(text, "utf8"), identityKey).toString("base64url");
  const noiseKeyText = Buffer.from(noiseKey.publicKey).toString("base64url");
  return {
    serverId: serverIdOf(rawIdentity, (data) => createHash("sha256").update(data).digest()),
    publicKey: {
      identityKey: Buffer.from(rawIdentity).toString("base64url"),
      noiseKey: noiseKeyText,
      noiseKeySignature: signText(noiseKeyProof(noiseKeyText)),
    },
    noiseKey,
    sign: signText,
  };
}
