/**
 * The browser client's IndexedDB on the dashboard origin: the device key, pins of agents' keys, and the cookie jars.
 * Invariant: an app origin has another database, so no app can read this one.
 */
const databaseName = "culvert";
const databaseVersion = 2;

/**
 * The tables. `keys`: by name. `cookies`: rows with `jar`, `name` and `path`, which together are the key. `pins`: rows
 * with `accountId` and `serverId`, which together are the key.
 */
export type TableName = "keys" | "cookies" | "pins";

/** Opens the database, making its tables at first. Rejects where the browser blocks storage. */
export function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, databaseVersion);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) {
        request.result.createObjectStore("keys");
        const cookies = request.result.createObjectStore("cookies", { keyPath: ["jar", "path", "name"] });
        cookies.createIndex("jar", "jar");
      }
      if (oldVersion < 2) request.result.createObjectStore("pins", { keyPath: ["accountId", "serverId"] });
    };
    request.onsuccess = () => {
      // Another tab with a newer version must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another tab holds an old version of the database"));
  });
}

/** The result of one request. */
export function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Settles with the transaction: what it wrote is durable then. */
export function completionOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
