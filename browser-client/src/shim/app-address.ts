/**
 * Addresses as a script gives them. The app's pages may name it as they would at its own address, by a loopback name and
 * its port: that leads to the app too.
 */
import { isLoopbackName } from "../ports/loopback-names.ts";

/** Where the app is in this realm; set once, before anything of the app runs. `loopbackPort`: 0 where there is none. */
export const place = { origin: globalThis.location?.origin ?? "", loopbackPort: 0 };

/** The absolute URL on the app's origin where an address is one of the app's own, else undefined. */
export function appAddress(address: string, base: string): string | undefined {
  if (!URL.canParse(address, base)) return undefined;
  const url = new URL(address, base);
  if (!/^https?:$/.test(url.protocol)) return undefined;
  if (isLoopbackName(url, place.loopbackPort)) return place.origin + url.pathname + url.search + url.hash;
  return url.origin === place.origin ? url.href : undefined;
}

/** The same where the address names the app by its loopback name, else undefined. */
export function mappedAddress(address: string | null, base: string): string | undefined {
  if (address === null || !URL.canParse(address, base)) return undefined;
  return new URL(address, base).origin === place.origin ? undefined : appAddress(address, base);
}
