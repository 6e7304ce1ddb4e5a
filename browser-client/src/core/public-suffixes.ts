/**
 * Stands in for `tldts` in the browser's build. The cookie library asks it which domains are public suffixes; every jar
 * here has one pseudo host below `.invalid`, for which it never asks, so 130 KB of suffixes need not be sent.
 */

/** The registrable domain of a host name: unknown for all. */
export function getDomain(_hostname: string): string | null {
  return null;
}
