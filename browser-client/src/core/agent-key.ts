/**
 * The agent's keys as the control plane tells them, checked: a server's name is its identity key, and that key vouches
 * for the Noise key. Invariant: no handshake begins with a key that failed here.
 */
import { TunnelError } from "@culvert/protocol";
import { type AgentPublicKey, noiseKeyProof, serverIdOf } from "@culvert/protocol/signaling";
import { fromBase64url } from "./base64url.ts";
import { webCryptoPrimitives } from "./web-crypto.ts";

/**
 * The agent's Noise key, 32 bytes. Rejects with TunnelError `wrong-server` where the keys are not this server's: the
 * signaling server or somebody in between has swapped them.
 */
export async function checkAgentKey(serverId: string, keys: AgentPublicKey): Promise<Uint8Array> {
  const identityKey = fromBase64url(keys.identityKey);
  if (serverIdOf(identityKey, webCryptoPrimitives.sha256) !== serverId) {
    throw refusal("The key that was given for this server belongs to another one.");
  }
  const proof = new TextEncoder().encode(noiseKeyProof(keys.noiseKey));
  if (!(await isSignedBy(identityKey, fromBase64url(keys.noiseKeySignature), proof))) {
    throw refusal("This server's identity does not vouch for the key that was given.");
  }
  return fromBase64url(keys.noiseKey);
}

async function isSignedBy(
  identityKey: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("raw", identityKey, "Ed25519", false, ["verify"]);
  } catch (cause) {
    throw new TunnelError("unsupported", "This browser cannot check the server's key (Ed25519).", {
      cause,
      hint: "Use Chrome or Edge 137, Firefox 130, Safari 17, or newer.",
    });
  }
  return await crypto.subtle.verify("Ed25519", key, signature, text);
}

function refusal(message: string): TunnelError {
  return new TunnelError("wrong-server", message, {
    origin: "remote",
    hint: "Do not go on. Compare the fingerprint that the server prints with the one in the dashboard.",
  });
}
