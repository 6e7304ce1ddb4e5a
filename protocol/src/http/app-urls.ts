/**
 * URLs that point into the app itself, written without anybody's address. The viewer does not know where the target
 * lives and the agent does not know the app's web origin, so both write `app:` in place of scheme and authority in
 * Origin, Referer, Location, Content-Location, Refresh and Link; each side puts its own origin in (SPEC.md §HTTP).
 */

/** `app:` alone is the origin; `app:/path?query` an address. */
export const appUrlPrefix = "app:";
