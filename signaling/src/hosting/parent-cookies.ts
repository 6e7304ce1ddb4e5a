/**
 * Cookies that an app planted on the dashboard's host. Invariant: a cookie we did not set is expired as soon as it is
 * seen, so a swollen Cookie header heals itself and never fixes a session.
 */
import { type CookieNames, cookieNamesIn, isAmbiguous } from "../accounts/cookie-names.ts";
import { serverLimits } from "../limits.ts";

/** A name that may stand in Set-Cookie (RFC 6265 §4.1.1 token). */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Deeper than any address of ours. */
const maxFolders = 6;

/**
 * Set-Cookie lines that expire what is not ours: with `Domain=`, as only a sibling could have set it, on every path
 * that this request shows. Ours are expired too where a name comes twice.
 */
export function expiredParentCookies(
  cookieHeader: string | undefined,
  path: string,
  { hostname }: URL,
  names: CookieNames,
): string[] {
  const foreign = new Set(
    cookieNamesIn(cookieHeader).filter(
      (name) => token.test(name) && (!name.startsWith(`${names.prefix}.`) || isAmbiguous(cookieHeader, name)),
    ),
  );
  const lines: string[] = [];
  for (const name of foreign) {
    for (const place of pathsOf(path)) {
      if (lines.length >= serverLimits.expiredCookies) return lines;
      lines.push(`${name}=; Domain=${hostname}; Path=${place}; Max-Age=0`);
    }
  }
  return lines;
}

/** `/`, and each folder of the path with and without its slash: where a planted cookie may sit to be sent here. */
function pathsOf(path: string): string[] {
  const parts = path.split("/").slice(1, maxFolders + 1);
  const unsafe = parts.findIndex((part) => !/^[A-Za-z0-9._-]+$/.test(part));
  const folders = parts.slice(0, unsafe < 0 ? parts.length : unsafe);
  return [
    "/",
    ...folders.flatMap((_part, index) => ["", "/"].map((end) => `/${folders.slice(0, index + 1).join("/")}${end}`)),
  ];
}
