/** Caches and databases of ours on the app's origin, not shown to the app: it would take them for its own. */
import { isAppsName, matchInAppCaches } from "../ports/own-caches.ts";
import { replaceMethod } from "./native-look.ts";

/** Installs it in a document's or a worker's realm. */
export function installOwnStorage(realm: typeof globalThis): void {
  const storage = realm.CacheStorage?.prototype;
  const { keys, match } = storage ?? {};
  if (keys !== undefined && match !== undefined) {
    replaceMethod(storage, "keys", async (native, self) =>
      ((await Reflect.apply(native, self, [])) as string[]).filter(isAppsName),
    );
    replaceMethod(storage, "match", (_native, self, [request, options]) =>
      matchInAppCaches({ keys: keys.bind(self), match: match.bind(self) }, request as never, options),
    );
  }
  replaceMethod(realm.IDBFactory?.prototype, "databases", async (native, self) =>
    ((await Reflect.apply(native, self, [])) as IDBDatabaseInfo[]).filter(({ name }) => isAppsName(name)),
  );
}
