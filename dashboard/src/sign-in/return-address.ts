/**
 * Where somebody wanted to go before signing in. It stays in this tab's storage, never in an address: the fragment of
 * an App View holds the app's path, which no server may see.
 */

const storageKey = "culvert.return-address";

/** The part of Storage that is used. */
export type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** A path on this origin: it never names a host. */
const withinDashboard = /^\/(?![/\\])/;

/** Remembers an address of this origin: path, query and fragment. */
export function rememberReturnAddress(storage: TabStorage, address: string): void {
  if (withinDashboard.test(address) && !address.startsWith("/sign-in")) storage.setItem(storageKey, address);
}

/** Gives the remembered address once; `/` where there is none. */
export function takeReturnAddress(storage: TabStorage): string {
  const address = storage.getItem(storageKey);
  storage.removeItem(storageKey);
  return address !== null && withinDashboard.test(address) ? address : "/";
}
