/**
 * What is known of stored answers, in IndexedDB: an entry by its address, and beside it when it was used last. Invariant:
 * both rows of an address are written and deleted together. An app may delete the database at any time: it is made anew.
 */
import type { CacheEntry } from "./cache-entry.ts";
import { httpCacheName } from "./cache-names.ts";

/** What decides which entry goes first. */
export interface EntryUse {
  readonly url: string;
  readonly sizeBytes: number;
  /** Unix time. */
  readonly usedAtMs: number;
}

/** A change of the table. `touch`: an entry was used. */
export type EntryChange =
  | { readonly type: "put"; readonly entry: CacheEntry; readonly use: EntryUse }
  | { readonly type: "touch"; readonly use: EntryUse }
  | { readonly type: "delete"; readonly url: string };

const stores = ["entries", "uses"] as const;

/** All calls reject where the browser gives no database. */
export class EntryTable {
  #database: Promise<IDBDatabase> | undefined;

  async get(url: string): Promise<{ readonly entry: CacheEntry; readonly use: EntryUse } | undefined> {
    const transaction = (await this.#open()).transaction(stores, "readonly");
    const [entry, use] = await Promise.all([
      resultOf<CacheEntry | undefined>(transaction.objectStore("entries").get(url)),
      resultOf<EntryUse | undefined>(transaction.objectStore("uses").get(url)),
    ]);
    return entry === undefined || use === undefined ? undefined : { entry, use };
  }

  /** Addresses of all. */
  async urls(): Promise<readonly string[]> {
    const transaction = (await this.#open()).transaction("uses", "readonly");
    return resultOf(transaction.objectStore("uses").getAllKeys()) as Promise<string[]>;
  }

  /** Makes all changes in order, or none. */
  async write(changes: readonly EntryChange[]): Promise<void> {
    const transaction = await this.#write();
    const [entries, uses] = [transaction.objectStore("entries"), transaction.objectStore("uses")];
    for (const change of changes) {
      if (change.type === "delete") {
        for (const store of [entries, uses]) store.delete(change.url);
        continue;
      }
      if (change.type === "put") entries.put(change.entry);
      uses.put(change.use);
    }
    await completionOf(transaction);
  }

  async uses(): Promise<readonly EntryUse[]> {
    const transaction = (await this.#open()).transaction("uses", "readonly");
    return resultOf<EntryUse[]>(transaction.objectStore("uses").getAll());
  }

  async clear(): Promise<void> {
    const transaction = await this.#write();
    for (const name of stores) transaction.objectStore(name).clear();
    await completionOf(transaction);
  }

  async #write(): Promise<IDBTransaction> {
    return (await this.#open()).transaction(stores, "readwrite", { durability: "relaxed" });
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= openDatabase(() => {
      this.#database = undefined;
    });
    return this.#database;
  }
}

/** `onGone`: what was opened, or could not be, is of no use any more. */
function openDatabase(onGone: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => {
      onGone();
      reject(error);
    };
    const request = indexedDB.open(httpCacheName, 1);
    request.onupgradeneeded = () => {
      for (const name of stores) request.result.createObjectStore(name, { keyPath: "url" });
    };
    request.onerror = () => refuse(request.error);
    request.onblocked = () => refuse(new Error("another worker holds an old version of the cache"));
    request.onsuccess = () => {
      const database = request.result;
      if (!stores.every((name) => database.objectStoreNames.contains(name))) {
        database.close();
        indexedDB.deleteDatabase(httpCacheName);
        refuse(new Error("somebody else has made a database of this name"));
        return;
      }
      database.onclose = onGone;
      // Somebody deletes it, who must not wait for this one.
      database.onversionchange = () => {
        onGone();
        database.close();
      };
      resolve(database);
    };
  });
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completionOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
