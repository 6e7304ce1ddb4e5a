import { keySuccessions, keySuccessionType } from "@culvert/protocol/signaling";
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { newSigningSecret, readSigningSecret, succeedingSecret } from "./signing-secret.ts";

const nowMs = 1_790_000_000_000;

test("a key is followed by another by its own signature", async () => {
  const first = await readSigningSecret(await newSigningSecret(), "here");
  const second = await readSigningSecret(await succeedingSecret(first, nowMs), "here");
  const [succession = ""] = second.successions;
  expect(first.successions).toEqual([]);
  expect(decodeProtectedHeader(succession)).toEqual({ alg: "EdDSA", typ: keySuccessionType, kid: first.publicKey.kid });
  expect(decodeJwt(succession)).toEqual({ iat: nowMs / 1000, successor: second.publicKey });
  await jwtVerify(succession, await importJWK({ ...first.publicKey, alg: "EdDSA" }), { currentDate: new Date(nowMs) });
});

test("the private half never stands in a succession", async () => {
  const text = await succeedingSecret(await readSigningSecret(await newSigningSecret(), "here"), nowMs);
  const { d, successions } = JSON.parse(text);
  expect(d).toMatch(/^[\w-]{43}$/);
  for (const succession of successions) expect(JSON.stringify(decodeJwt(succession))).not.toContain(d);
});

test("the oldest successions are let go", async () => {
  let secret = await readSigningSecret(await newSigningSecret(), "here");
  for (let turn = 0; turn <= keySuccessions; turn += 1) {
    secret = await readSigningSecret(await succeedingSecret(secret, nowMs), "here");
  }
  expect(secret.successions.length).toBe(keySuccessions);
  expect(decodeJwt(secret.successions.at(-1) ?? "")).toMatchObject({ successor: secret.publicKey });
});

test.each(["", "no JSON", "{}", JSON.stringify({ kty: "OKP", crv: "Ed25519", x: "A".repeat(43) })])(
  "%j is no key, and its place is named",
  async (text) => {
    await expect(readSigningSecret(text, "that place")).rejects.toMatchObject({
      code: "internal",
      message: "that place does not hold an Ed25519 key.",
    });
  },
);
