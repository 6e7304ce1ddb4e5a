/** X25519 key pairs over node:crypto KeyObjects; the private part is never exported from here. */
import { createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import type { DhKeyPair } from "@culvert/protocol/seal";
import { plainBytes } from "../bytes/plain-bytes.ts";

/** A key pair as sealing takes it. `dh` throws where the remote key yields an all-zero secret (OpenSSL refuses it). */
export function dhKeyPair(privateKey: KeyObject): DhKeyPair {
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  return {
    publicKey,
    dh: (remotePublicKey) => {
      return plainBytes(diffieHellman({ privateKey, publicKey: x25519PublicKey(remotePublicKey) }));
    },
  };
}

/** The 32 raw bytes of an X25519 or Ed25519 public key. */
export function rawPublicKey(key: KeyObject): Uint8Array {
  const { x } = key.export({ format: "jwk" });
  if (x === undefined) throw new TypeError("only X25519 and Ed25519 keys have 32 raw bytes");
  return plainBytes(Buffer.from(x, "base64url"));
}

function x25519PublicKey(raw: Uint8Array): KeyObject {
  const x = Buffer.from(raw).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
}
