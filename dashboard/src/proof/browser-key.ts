/**
 * The key that sign-ins of this browser are bound to: ECDSA P-256, non-extractable, in the dashboard origin's IndexedDB.
 * Invariant: a page on another port of this host has another IndexedDB, so no app can use it; all tabs use one key.
 */
import { TunnelError } from "@culvert/protocol";

const databaseName = "culvert-sign-in";
const tableName = "keys";
const keyName = "browser";

/** Where the pair is kept. */
export interface BrowserKeys {
  load(): Promise<CryptoKeyPair | undefined>;
  /** The pair that is kept, made where there is none. Rejects with `unsupported` where this browser keeps nothing. */
  loadOrMake(): Promise<CryptoKeyPair>;
  forget(): Promise<void>;
}

/** The pair of this origin. */
export const browserKeys: BrowserKeys = {
  load: () => inTable("readonly", (table) => table.get(keyName)),
  async loadOrMake() {
    const kept = await browserKeys.load();
    if (kept !== undefined) return kept;
    const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    // Another tab may have been quicker: `add` fails then, and its key is the one.
    await inTable("readwrite", (table) => table.add(made, keyName)).catch(() => undefined);
    const known = await browserKeys.load();
    if (known === undefined) throw keepsNothing();
    return known;
  },
  forget: () => inTable("readwrite", (table) => table.delete(keyName)),
};

async function inTable<Result>(mode: IDBTransactionMode, ask: (table: IDBObjectStore) => IDBRequest): Promise<Result> {
  const database = await openDatabase();
  try {
    const transaction = database.transaction(tableName, mode);
    const request = ask(transaction.objectStore(tableName));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result as Result;
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(tableName);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(keepsNothing(opening.error));
  });
}

function keepsNothing(cause?: unknown): TunnelError {
  return new TunnelError("unsupported", "This browser keeps no data for this site, so it cannot hold its key.", {
    cause,
    hint: "Allow site data for the dashboard, or use a window that is not private.",
  });
}
