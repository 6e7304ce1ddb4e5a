/**
 * The kit's own keys: fixed, so that a peer under test can pin them, and public, so that no real peer may ever.
 * Sealing runs on noble; nothing here is fast, everything is small.
 */
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import type { DhKeyPair, SealPrimitives } from "@culvert/protocol/seal";
import { createNoblePrimitives, nobleKeyPair } from "@culvert/protocol/seal/noble";
import { type AgentPublicKey, noiseKeyProof, type ServerId, serverIdOf } from "@culvert/protocol/signaling";

/** What sealing needs. */
export const primitives: SealPrimitives = createNoblePrimitives((length) => new Uint8Array(randomBytes(length)));

/** PKCS #8 of an Ed25519 key is this and the 32 bytes of its seed (RFC 8410 §7). */
const ed25519Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** An Ed25519 key pair. */
export interface SigningKey {
  /** 32 bytes, base64url. */
  readonly publicKey: string;
  /** Signature over a text's UTF-8 bytes, base64url. */
  sign(text: string): string;
}

/** Signs session tokens, under this key id. */
export const tokenKeyId = "culvert-conformance";
export const tokenKey = signingKeyOf("culvert-conformance token key");
/** A key that no peer has pinned. */
export const strangeKey = signingKeyOf("culvert-conformance strange key");

/** Keys of the agent that the kit plays for a viewer. */
const agentIdentity = signingKeyOf("culvert-conformance agent identity");
export const agentNoiseKey: DhKeyPair = nobleKeyPair(seedOf("culvert-conformance agent noise key"));
export const agentPublicKey: AgentPublicKey = {
  identityKey: agentIdentity.publicKey,
  noiseKey: Buffer.from(agentNoiseKey.publicKey).toString("base64url"),
  noiseKeySignature: agentIdentity.sign(noiseKeyProof(Buffer.from(agentNoiseKey.publicKey).toString("base64url"))),
};
export const agentServerId: ServerId = serverIdOfKey(agentIdentity.publicKey);

/** A fresh device key of a viewer. */
export function freshDeviceKey(): DhKeyPair {
  return nobleKeyPair(new Uint8Array(randomBytes(32)));
}

/** The name of a server with an identity key (base64url). */
export function serverIdOfKey(identityKey: string): ServerId {
  return serverIdOf(new Uint8Array(Buffer.from(identityKey, "base64url")), primitives.sha256);
}

/** True where a signature (base64url) over a text is the identity key's. */
export function isSignedBy(identityKey: string, text: string, signature: string): boolean {
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: identityKey }, format: "jwk" });
  return verify(null, Buffer.from(text, "utf8"), key, Buffer.from(signature, "base64url"));
}

function signingKeyOf(name: string): SigningKey {
  const key = createPrivateKey({
    key: Buffer.concat([ed25519Prefix, seedOf(name)]),
    format: "der",
    type: "pkcs8",
  });
  return {
    publicKey: createPublicKey(key).export({ format: "jwk" }).x ?? "",
    sign: (text) => sign(null, Buffer.from(text, "utf8"), key).toString("base64url"),
  };
}

function seedOf(name: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(name).digest());
}
