/**
 * Cookies that an app planted on the dashboard's host. Invariant: what swells the Cookie header heals itself, and a name
 * of ours that comes twice is healed as soon as it is seen: it never fixes a session.
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
  const planted = namesIn(cookieHeader).filter((name) => !isOurs(name, names) || isAmbiguous(cookieHeader, name));
  const lines = planted.flatMap((name) =>
    pathsOf(path).map((place) => `${name}=; Domain=${hostname}; Path=${place}; Max-Age=0`),
  );
  return lines.slice(0, serverLimits.expiredCookies);
}

/**
 * The same where apps are ports of the dashboard's own host: cookies ignore ports, so what is not ours may belong to
 * another program there and is left alone until all of them together are too much. A planted namesake of ours goes at
 * once, and ours, at `/` of this host alone, stays.
 */
export function expiredHostCookies(
  cookieHeader: string | undefined,
  path: string,
  { hostname }: URL,
  names: CookieNames,
): string[] {
  const isTooMuch = (cookieHeader?.length ?? 0) > serverLimits.sharedCookieBytes;
  const lines = namesIn(cookieHeader).flatMap((name) => {
    const ours = isOurs(name, names);
    if (ours ? !isAmbiguous(cookieHeader, name) : !isTooMuch) return [];
    return pathsOf(path).flatMap((place) => {
      const onHost = `${name}=; Path=${place}; Max-Age=0`;
      const withDomain = hasDomain(hostname) ? [`${name}=; Domain=${hostname}; Path=${place}; Max-Age=0`] : [];
      return ours && place === "/" ? withDomain : [onHost, ...withDomain];
    });
  });
  return lines.slice(0, serverLimits.expiredCookies);
}

/**
 * False for `localhost`, single labels and addresses: there browsers take `Domain=` for this host alone, and a line with it
 * would expire what the host itself has set (RFC 6265 §5.3, steps 5 and 6).
 */
function hasDomain(hostname: string): boolean {
  return hostname.includes(".") && !/^[\d.]+$/.test(hostname);
}

/** Each name once; names that cannot stand in Set-Cookie left out. */
function namesIn(cookieHeader: string | undefined): string[] {
  return [...new Set(cookieNamesIn(cookieHeader))].filter((name) => token.test(name));
}

function isOurs(name: string, { prefix }: CookieNames): boolean {
  return name.startsWith(`${prefix}.`);
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
