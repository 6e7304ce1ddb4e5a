import { describe, expect, it } from "vitest";
import { fromBase64url } from "./base64url.ts";
import { type DeviceKeyStore, loadDeviceKey, loadDeviceKeyPublic } from "./device-key.ts";
import { generateX25519, x25519Pair } from "./x25519.ts";

function memoryStore(): DeviceKeyStore & { kept: CryptoKeyPair | undefined } {
  return {
    kept: undefined,
    async load() {
      return this.kept;
    },
    async add(keys) {
      this.kept ??= keys;
      return this.kept;
    },
  };
}

describe("loadDeviceKey", () => {
  it("makes a key once and gives the same one from then on", async () => {
    const store = memoryStore();
    const first = await loadDeviceKey(store);
    expect(first.publicKey).toHaveLength(32);
    expect((await loadDeviceKey(store)).publicKey).toEqual(first.publicKey);
    expect(fromBase64url(await loadDeviceKeyPublic(store))).toEqual(first.publicKey);
  });

  it("takes the key of the tab that was first", async () => {
    const store = memoryStore();
    const other = await generateX25519();
    store.load = async () => undefined;
    store.kept = other;
    expect((await loadDeviceKey(store)).publicKey).toEqual((await x25519Pair(other)).publicKey);
  });

  it("keeps the private part unextractable", async () => {
    const store = memoryStore();
    await loadDeviceKey(store);
    const privateKey = store.kept?.privateKey as CryptoKey;
    expect(privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("pkcs8", privateKey)).rejects.toThrow();
  });
});

describe("x25519Pair", () => {
  it("agrees with its peer on a secret", async () => {
    const [one, other] = await Promise.all([x25519Pair(await generateX25519()), x25519Pair(await generateX25519())]);
    expect(await one.dh(other.publicKey)).toEqual(await other.dh(one.publicKey));
  });

  it("refuses a key of low order", async () => {
    const pair = await x25519Pair(await generateX25519());
    await expect(pair.dh(new Uint8Array(32))).rejects.toThrow();
  });
});
