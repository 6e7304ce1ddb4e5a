import { type AgentPublicKey, noiseKeyProof, serverIdOf } from "@culvert/protocol/signaling";
import { beforeAll, describe, expect, it } from "vitest";
import { checkAgentKey } from "./agent-key.ts";
import { fromBase64url, toBase64url } from "./base64url.ts";
import { webCryptoPrimitives } from "./web-crypto.ts";

async function agent(): Promise<{ serverId: string; keys: AgentPublicKey }> {
  const identity = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const identityKey = new Uint8Array(await crypto.subtle.exportKey("raw", identity.publicKey));
  const noiseKey = toBase64url((await webCryptoPrimitives.generateKeyPair()).publicKey);
  const proof = new TextEncoder().encode(noiseKeyProof(noiseKey));
  const signature = await crypto.subtle.sign("Ed25519", identity.privateKey, proof);
  return {
    serverId: serverIdOf(identityKey, webCryptoPrimitives.sha256),
    keys: {
      identityKey: toBase64url(identityKey),
      noiseKey,
      noiseKeySignature: toBase64url(new Uint8Array(signature)),
    },
  };
}

describe("checkAgentKey", () => {
  let real: Awaited<ReturnType<typeof agent>>;
  let other: Awaited<ReturnType<typeof agent>>;
  beforeAll(async () => {
    [real, other] = [await agent(), await agent()];
  });

  it("gives the Noise key that the server's identity vouches for", async () => {
    expect(await checkAgentKey(real.serverId, real.keys)).toEqual(fromBase64url(real.keys.noiseKey));
  });

  it("refuses another server's keys, although they are sound", async () => {
    await expect(checkAgentKey(real.serverId, other.keys)).rejects.toMatchObject({ code: "wrong-server" });
  });

  it("refuses a Noise key that the identity did not sign", async () => {
    for (const swapped of [
      { ...real.keys, noiseKey: other.keys.noiseKey },
      { ...real.keys, noiseKeySignature: other.keys.noiseKeySignature },
    ]) {
      await expect(checkAgentKey(real.serverId, swapped)).rejects.toMatchObject({ code: "wrong-server" });
    }
  });
});
