/**
 * X25519 by WebCrypto. Invariant: a private part never leaves the browser's key store, not even to this code.
 * Supported by Chrome 133, Firefox 130, Safari 17; older browsers are told so.
 */
import { TunnelError } from "@culvert/protocol";
import type { DhKeyPair } from "@culvert/protocol/seal";
import { ownedBytes } from "./owned-bytes.ts";

const algorithm = { name: "X25519" } as const;

/** A new pair of non-extractable CryptoKeys. Throws TunnelError `unsupported` where the browser has no X25519. */
export async function generateX25519(): Promise<CryptoKeyPair> {
  try {
    return (await crypto.subtle.generateKey(algorithm, false, ["deriveBits"])) as CryptoKeyPair;
  } catch (cause) {
    throw new TunnelError("unsupported", "This browser cannot make the keys that Culvert needs (X25519).", {
      cause,
      hint: "Use Chrome or Edge 137, Firefox 130, Safari 17, or newer.",
    });
  }
}

/** The pair as the handshake uses it. */
export async function x25519Pair(keys: CryptoKeyPair): Promise<DhKeyPair> {
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
  return {
    publicKey,
    async dh(remotePublicKey) {
      const remote = await crypto.subtle.importKey("raw", ownedBytes(remotePublicKey), algorithm, false, []);
      const shared = await crypto.subtle.deriveBits({ ...algorithm, public: remote }, keys.privateKey, 256);
      const secret = new Uint8Array(shared);
      if (secret.every((byte) => byte === 0)) {
        throw new TunnelError("protocol-error", "the peer's key gives an all-zero secret", { origin: "remote" });
      }
      return secret;
    },
  };
}
