import { createNoblePrimitives } from "@culvert/protocol/seal/noble";
import { expect, test } from "vitest";
import { nodePrimitives } from "./node-primitives.ts";

const key = new Uint8Array(32).fill(1);
const nonce = new Uint8Array(12).fill(2);
const data = new Uint8Array([1, 2, 3]);
const empty = new Uint8Array(0);
const noblePrimitives = createNoblePrimitives(nodePrimitives.randomBytes);

test.each([0, 1, 16, 65_519])("a message of %i bytes comes back from its sealed form", async (length) => {
  const aead = await nodePrimitives.importAeadKey(key);
  const plaintext = nodePrimitives.randomBytes(length);
  const sealed = await aead.encrypt(nonce, data, plaintext);
  expect(sealed.length).toBe(length + 16);
  expect(Buffer.from(await aead.decrypt(nonce, data, sealed))).toEqual(Buffer.from(plaintext));
});

test.each([0, 1, 65_519])("a message of %i bytes is sealed in place as it is elsewhere", async (length) => {
  const aead = await nodePrimitives.importAeadKey(key);
  const plaintext = nodePrimitives.randomBytes(length);
  const message = new Uint8Array(length + 16);
  message.set(plaintext);
  aead.encryptInPlace?.(nonce, data, message);
  expect(Buffer.from(message)).toEqual(Buffer.from(await aead.encrypt(nonce, data, plaintext)));
});

test("every flipped bit of nonce, data, text or tag is refused", async () => {
  const aead = await nodePrimitives.importAeadKey(key);
  const sealed = await aead.encrypt(nonce, data, new Uint8Array([9]));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Uint8Array.from(sealed, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    expect(() => aead.decrypt(nonce, data, changed)).toThrow();
  }
  expect(() => aead.decrypt(new Uint8Array(12), data, sealed)).toThrow();
  expect(() => aead.decrypt(nonce, empty, sealed)).toThrow();
  expect(() => aead.decrypt(nonce, data, sealed.subarray(0, 15))).toThrow("at least as long as its tag");
});

test("two key pairs agree on a secret", async () => {
  const one = await nodePrimitives.generateKeyPair();
  const two = await nodePrimitives.generateKeyPair();
  expect(await one.dh(two.publicKey)).toEqual(await two.dh(one.publicKey));
});

test("a remote key that would give an all-zero secret is refused", async () => {
  const pair = await nodePrimitives.generateKeyPair();
  expect(() => pair.dh(new Uint8Array(32))).toThrow();
  expect(() => pair.dh(Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 1 : 0)))).toThrow();
});

test("node:crypto and noble give the same bytes", async () => {
  const text = new Uint8Array(1_000).fill(3);
  expect(nodePrimitives.sha256(text)).toEqual(noblePrimitives.sha256(text));
  expect(nodePrimitives.hmacSha256(key, text)).toEqual(noblePrimitives.hmacSha256(key, text));
  const [ours, theirs] = [await nodePrimitives.importAeadKey(key), await noblePrimitives.importAeadKey(key)];
  const sealed = await ours.encrypt(nonce, data, text);
  expect(sealed).toEqual(await theirs.encrypt(nonce, data, text));
  expect(await theirs.decrypt(nonce, data, sealed)).toEqual(await ours.decrypt(nonce, data, sealed));
  const [one, two] = [await nodePrimitives.generateKeyPair(), await noblePrimitives.generateKeyPair()];
  expect(await one.dh(two.publicKey)).toEqual(await two.dh(one.publicKey));
});
