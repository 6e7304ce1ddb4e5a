/** Everything that code on an app's origin can get hold of: what a hostile app would read. */
import type { Frame } from "playwright-core";

/** One text with all cookies, storages, databases and caches of a frame's origin, each entry led by its kind. */
export async function appOriginContents(frame: Frame): Promise<string> {
  return frame.evaluate(async () => {
    const found: string[] = [`document.cookie ${document.cookie}`];
    const store = (globalThis as { cookieStore?: { getAll(): Promise<object[]> } }).cookieStore;
    for (const cookie of (await store?.getAll()) ?? []) found.push(`cookieStore ${JSON.stringify(cookie)}`);
    for (const [key, value] of Object.entries({ ...localStorage })) found.push(`localStorage ${key} ${value}`);
    for (const [key, value] of Object.entries({ ...sessionStorage })) found.push(`sessionStorage ${key} ${value}`);
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        const headers = JSON.stringify([...request.headers, ...(response?.headers ?? [])]);
        found.push(`cache ${name} ${request.url} ${headers} ${(await response?.text()) ?? ""}`);
      }
    }
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await settled(indexedDB.open(name));
      for (const storeName of database.objectStoreNames) {
        const objects = database.transaction(storeName).objectStore(storeName);
        const [keys, values] = await Promise.all([settled(objects.getAllKeys()), settled(objects.getAll())]);
        found.push(`indexedDB ${name} ${storeName} ${JSON.stringify(keys)} ${JSON.stringify(values)}`);
      }
      database.close();
    }
    for (const name of Object.getOwnPropertyNames(window)) {
      const value = Reflect.get(window, name);
      if (typeof value === "string") found.push(`window.${name} ${value}`);
    }
    found.push(`document ${document.documentElement.outerHTML}`);
    return found.join("\n");

    function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
      return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    }
  });
}
