import { describe, expect, it } from "vitest";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { createMessageOpener, createMessageSealer } from "./counted-cipher.ts";
import { createNoblePrimitives } from "./noble.ts";
import type { AeadKey } from "./primitives.ts";

const key = (await createNoblePrimitives(() => new Uint8Array(0)).importAeadKey(new Uint8Array(32).fill(7))) as AeadKey;
const message = (text: string): Uint8Array => new TextEncoder().encode(text);

/** As WebCrypto: every answer is a promise, and later calls may settle first. */
const asynchronousKey: AeadKey = {
  encrypt: async (nonce, data, plaintext) => {
    if (plaintext.length % 2 === 0) await Promise.resolve();
    return key.encrypt(nonce, data, plaintext);
  },
  decrypt: async (nonce, data, ciphertext) => key.decrypt(nonce, data, ciphertext),
};

const pathFailed = { name: "TunnelError", code: "path-failed", scope: "path", origin: "remote" };

describe("counted cipher", () => {
  it("stays synchronous with a synchronous primitive", () => {
    const sealed = createMessageSealer(key).seal(message("a"));
    expect(sealed).toBeInstanceOf(Uint8Array);
    expect(createMessageOpener(key).open(sealed as Uint8Array)).toEqual(message("a"));
  });

  it("numbers messages by the order of the calls, also where an asynchronous primitive settles in another", async () => {
    const sealer = createMessageSealer(asynchronousKey);
    const texts = ["one", "four", "three", "to"];
    const sealed = await Promise.all(texts.map((text) => sealer.seal(message(text))));
    const opener = createMessageOpener(asynchronousKey);
    expect(await Promise.all(sealed.map((bytes) => opener.open(bytes)))).toEqual(texts.map(message));
  });

  it("starts from a nonce of twelve zero bytes and counts in the last eight, big-endian", () => {
    const nonces: Uint8Array[] = [];
    const sealer = createMessageSealer({
      encrypt: (nonce, data, plaintext) => {
        nonces.push(nonce);
        return key.encrypt(nonce, data, plaintext);
      },
      decrypt: key.decrypt,
    });
    for (let index = 0; index < 258; index += 1) sealer.seal(message(""));
    expect(nonces[0]).toEqual(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    expect(nonces[1]).toEqual(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]));
    expect(nonces[257]).toEqual(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]));
  });

  const three = (): [Uint8Array, Uint8Array, Uint8Array] => {
    const sealer = createMessageSealer(key);
    return ["first", "second", "third"].map((text) => sealer.seal(message(text))) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
  };

  it.each([
    ["a missing message", ([, second]: Uint8Array[]) => second],
    ["a changed message", ([first]: Uint8Array[]) => first?.map((byte, index) => (index === 2 ? byte ^ 1 : byte))],
    ["a message cut by one byte", ([first]: Uint8Array[]) => first?.subarray(1)],
    ["a message shorter than a tag", () => new Uint8Array(15)],
    ["an empty message", () => new Uint8Array(0)],
    ["a message longer than 65,535 bytes", () => new Uint8Array(65_536)],
  ])("refuses %s and everything after it", (_name, pick) => {
    const sealed = three();
    const opener = createMessageOpener(key);
    const wrong = pick(sealed) ?? new Uint8Array(0);
    expect(() => opener.open(wrong)).toThrow(expect.objectContaining(pathFailed));
    expect(() => opener.open(sealed[0])).toThrow(expect.objectContaining(pathFailed));
  });

  it("refuses a message that comes twice", () => {
    const sealed = three();
    const opener = createMessageOpener(key);
    opener.open(sealed[0]);
    expect(() => opener.open(sealed[0])).toThrow(TunnelError);
  });

  it("rejects with the same fault where the primitive is asynchronous", async () => {
    const opener = createMessageOpener(asynchronousKey);
    await expect(opener.open(new Uint8Array(20))).rejects.toMatchObject(pathFailed);
    expect(() => opener.open(three()[0])).toThrow(expect.objectContaining(pathFailed));
  });

  it("seals 65,519 bytes and not one more", () => {
    const free: AeadKey = { encrypt: (_nonce, _data, plaintext) => plaintext, decrypt: key.decrypt };
    const sealer = createMessageSealer(free);
    sealer.seal(new Uint8Array(65_519));
    expect(() => sealer.seal(new Uint8Array(65_520))).toThrow(expect.objectContaining({ code: "path-failed" }));
  });

  it("ends a path at its last message", () => {
    expect(limits.pathMessages).toBe(8_388_608);
    const sealer = createMessageSealer(key, 2);
    const sealed = [sealer.seal(message("a")), sealer.seal(message("b"))] as [Uint8Array, Uint8Array];
    expect(() => sealer.seal(message("c"))).toThrow(expect.objectContaining({ code: "path-failed", origin: "local" }));
    const opener = createMessageOpener(key, 1);
    opener.open(sealed[0]);
    expect(() => opener.open(sealed[1])).toThrow(expect.objectContaining(pathFailed));
  });
});
