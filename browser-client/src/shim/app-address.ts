/** Addresses as a script gives them. */

/** The absolute URL where an address is one of the app's own, else undefined. */
export function appAddress(address: string, base: string): string | undefined {
  const url = URL.canParse(address, base) ? new URL(address, base) : undefined;
  return url?.origin === location.origin && /^https?:$/.test(url.protocol) ? url.href : undefined;
}
