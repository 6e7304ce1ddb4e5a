import { createNoblePrimitives } from "@culvert/protocol/seal/noble";
import { describe, expect, it } from "vitest";
import { webCryptoPrimitives } from "./web-crypto.ts";

const noble = createNoblePrimitives(webCryptoPrimitives.randomBytes);

describe("webCryptoPrimitives", () => {
  it("seals what noble opens and opens what noble seals", async () => {
    const key = webCryptoPrimitives.randomBytes(32);
    const [nonce, associated, plaintext] = [
      new Uint8Array(12).fill(7),
      Uint8Array.of(1, 2),
      new Uint8Array(1_000).fill(9),
    ];
    const [web, plain] = [await webCryptoPrimitives.importAeadKey(key), await noble.importAeadKey(key)];
    const sealed = await web.encrypt(nonce, associated, plaintext);
    expect(sealed).toEqual(await plain.encrypt(nonce, associated, plaintext));
    expect(await web.decrypt(nonce, associated, sealed)).toEqual(plaintext);
  });

  it("opens a view into a larger buffer without touching its neighbours", async () => {
    const key = await webCryptoPrimitives.importAeadKey(new Uint8Array(32));
    const nonce = new Uint8Array(12);
    const sealed = await key.encrypt(nonce, new Uint8Array(0), Uint8Array.of(5));
    const buffer = new Uint8Array(100).fill(1);
    buffer.set(sealed, 10);
    expect(await key.decrypt(nonce, new Uint8Array(0), buffer.subarray(10, 10 + sealed.length))).toEqual(
      Uint8Array.of(5),
    );
    expect(buffer[9]).toBe(1);
  });

  it("refuses what does not authenticate", async () => {
    const key = await webCryptoPrimitives.importAeadKey(new Uint8Array(32));
    await expect(async () => key.decrypt(new Uint8Array(12), new Uint8Array(0), new Uint8Array(20))).rejects.toThrow();
  });

  it("agrees on a secret with noble", async () => {
    const [web, plain] = [await webCryptoPrimitives.generateKeyPair(), await noble.generateKeyPair()];
    expect(await web.dh(plain.publicKey)).toEqual(await plain.dh(web.publicKey));
  });
});
