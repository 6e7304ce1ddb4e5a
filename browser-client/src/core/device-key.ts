/**
 * The viewer's device key: X25519, non-extractable, one per browser profile, in the dashboard origin's IndexedDB.
 * Invariant: all tabs use one key; who loses it has to be approved again.
 */
import { TunnelError } from "@culvert/protocol";
import type { DhKeyPair } from "@culvert/protocol/seal";
import { toBase64url } from "./base64url.ts";
import { completionOf, openDatabase, resultOf } from "./database.ts";
import { generateX25519, x25519Pair } from "./x25519.ts";

const keyName = "device";

/** Where the pair is kept. `add` returns the pair that is kept then: the given one, or one that was there before. */
export interface DeviceKeyStore {
  load(): Promise<CryptoKeyPair | undefined>;
  add(keys: CryptoKeyPair): Promise<CryptoKeyPair>;
}

/** This browser's device key, made at first use. Rejects with TunnelError `unsupported` in old browsers. */
export async function loadDeviceKey(store: DeviceKeyStore = indexedDbStore): Promise<DhKeyPair> {
  const kept = await store.load();
  return await x25519Pair(kept ?? (await store.add(await generateX25519())));
}

/** The public part as the API takes it: base64url. */
export async function loadDeviceKeyPublic(store: DeviceKeyStore = indexedDbStore): Promise<string> {
  return toBase64url((await loadDeviceKey(store)).publicKey);
}

/** The database, or words for a person whose browser refuses one. */
async function openKeyDatabase(): Promise<IDBDatabase> {
  try {
    return await openDatabase();
  } catch (cause) {
    throw new TunnelError(
      "unsupported",
      "This browser keeps no data for this site, so it cannot hold its device key.",
      {
        cause,
        hint: "Allow site data for the dashboard, or use a window that is not private.",
      },
    );
  }
}

const indexedDbStore: DeviceKeyStore = {
  async load() {
    const database = await openKeyDatabase();
    try {
      const keys: unknown = await resultOf(database.transaction("keys").objectStore("keys").get(keyName));
      return keys as CryptoKeyPair | undefined;
    } finally {
      database.close();
    }
  },
  async add(keys) {
    const database = await openKeyDatabase();
    try {
      // One transaction, so that two tabs at first use keep one key between them.
      const transaction = database.transaction("keys", "readwrite");
      const table = transaction.objectStore("keys");
      const earlier: unknown = await resultOf(table.get(keyName));
      if (earlier === undefined) table.put(keys, keyName);
      await completionOf(transaction);
      return (earlier as CryptoKeyPair | undefined) ?? keys;
    } finally {
      database.close();
    }
  },
};
