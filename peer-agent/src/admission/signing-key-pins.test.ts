import { limits } from "@culvert/protocol";
import { keySuccessionType, type SigningKey, sessionTokenType } from "@culvert/protocol/signaling";
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { expect, test } from "vitest";
import { type PinnedKeys, SigningKeyPins } from "./signing-key-pins.ts";

const nowMs = 1_790_000_000_000;

interface Signer {
  readonly publicKey: SigningKey;
  readonly privateKey: CryptoKey;
}

async function signer(): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const { x = "" } = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint({ kty: "OKP", crv: "Ed25519", x });
  return { publicKey: { kid, kty: "OKP", crv: "Ed25519", x }, privateKey };
}

function succession(by: Signer, successor: object, typ = keySuccessionType): Promise<string> {
  return new SignJWT({ iat: nowMs / 1000, successor })
    .setProtectedHeader({ alg: "EdDSA", typ, kid: by.publicKey.kid })
    .sign(by.privateKey);
}

const [first, second, third, stranger] = await Promise.all([signer(), signer(), signer(), signer()]);

function pins() {
  const kept: PinnedKeys[] = [];
  const trusted = new SigningKeyPins([first.publicKey], (keys) => kept.push(keys));
  return { trusted, kept, kids: async (atMs = nowMs) => (await trusted.at(atMs)).map(({ kid }) => kid) };
}

test("a chain is followed in one pass, and what came of it is told once to be kept", async () => {
  const { trusted, kept, kids } = pins();
  await trusted.follow([await succession(first, second.publicKey), await succession(second, third.publicKey)], nowMs);
  expect(await kids()).toEqual([first, second, third].map(({ publicKey }) => publicKey.kid));
  expect(kept.length).toBe(1);
  expect(kept[0]?.at(-1)).toEqual(third.publicKey);
});

test("a token that comes while a chain is followed finds its end", async () => {
  const { trusted, kids } = pins();
  void trusted.follow([await succession(first, second.publicKey)], nowMs);
  expect(await kids()).toContain(second.publicKey.kid);
});

test("a key that was followed is trusted for its time and never comes back", async () => {
  const { trusted, kept, kids } = pins();
  const told = [await succession(first, second.publicKey)];
  await trusted.follow(told, nowMs);
  const overMs = nowMs + limits.succeededKeyMs;
  expect(await kids(overMs - 1)).toEqual([first.publicKey.kid, second.publicKey.kid]);
  expect(await kids(overMs)).toEqual([second.publicKey.kid]);
  await trusted.follow([...told, await succession(first, third.publicKey)], overMs);
  expect(await kids(overMs)).toEqual([second.publicKey.kid]);
  expect(kept.length, "told again is not changed again").toBe(1);
});

test("what a stored enrolment holds goes on where it was", async () => {
  const { trusted, kept } = pins();
  await trusted.follow([await succession(first, second.publicKey)], nowMs);
  const stored: PinnedKeys = JSON.parse(JSON.stringify(kept.at(-1)));
  const again = new SigningKeyPins(stored);
  await again.follow([await succession(second, third.publicKey)], nowMs + limits.succeededKeyMs);
  const kids = (await again.at(nowMs + limits.succeededKeyMs)).map(({ kid }) => kid);
  expect(kids).toEqual([second.publicKey.kid, third.publicKey.kid]);
});

test.each<[string, () => Promise<string> | string]>([
  ["a stranger's signature", () => succession(stranger, third.publicKey)],
  [
    "a stranger's signature under a pinned key's name",
    () => succession({ ...stranger, publicKey: first.publicKey }, third.publicKey),
  ],
  ["the type of a session token", () => succession(first, third.publicKey, sessionTokenType)],
  ["no signature", () => new UnsecuredJWT({ iat: nowMs / 1000, successor: third.publicKey }).encode()],
  ["a successor under another name", () => succession(first, { ...third.publicKey, kid: "another" })],
  ["a successor that is no key", () => succession(first, { kid: "k" })],
  ["no token at all", () => "gibberish"],
])("%s is passed over, and what follows still counts", async (_what, make) => {
  const { trusted, kids } = pins();
  await trusted.follow([await make()], nowMs);
  expect(await kids()).toEqual([first.publicKey.kid]);
  await trusted.follow([await make(), await succession(first, second.publicKey)], nowMs);
  expect(await kids()).toEqual([first.publicKey.kid, second.publicKey.kid]);
});
