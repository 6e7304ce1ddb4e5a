/** The agent's keys as a viewer checks them: the control plane that hands them over is not trusted with them. */
import { createPublicKey, verify } from "node:crypto";
import { TunnelError } from "@culvert/protocol";
import { type AgentPublicKey, noiseKeyProof, type ServerId, serverIdOf } from "@culvert/protocol/signaling";
import { plainBytes } from "../bytes/plain-bytes.ts";
import { nodePrimitives } from "../sealing/node-primitives.ts";

/** The Noise key, 32 bytes. Throws `wrong-server` where the identity key is another server's or did not sign it. */
export function checkedNoiseKey(serverId: ServerId, publicKey: AgentPublicKey): Uint8Array {
  const { identityKey, noiseKey, noiseKeySignature } = publicKey;
  if (serverIdOf(Buffer.from(identityKey, "base64url"), nodePrimitives.sha256) !== serverId) {
    throw new TunnelError("wrong-server", "the identity key is not the one that this server is named after");
  }
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: identityKey }, format: "jwk" });
  const signature = Buffer.from(noiseKeySignature, "base64url");
  if (!verify(null, Buffer.from(noiseKeyProof(noiseKey), "utf8"), key, signature)) {
    throw new TunnelError("wrong-server", "the server's identity key did not sign its Noise key");
  }
  return plainBytes(Buffer.from(noiseKey, "base64url"));
}
