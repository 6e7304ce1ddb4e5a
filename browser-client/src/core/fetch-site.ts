/**
 * Where a request comes from, as the app's server should see it.
 * Invariant: no laundering of cross-site requests: a navigation counts as same-origin only if its referrer is the app
 * origin; anything else is cross-site, carries no Strict cookies, and no Lax ones with an unsafe method.
 */
import type { SameSiteContext } from "./cookie-jar.ts";

/** What decides about a request's initiator. */
export interface RequestOrigin {
  readonly method: string;
  readonly mode: string;
  /** `Request.referrer`: empty, `about:client`, or an absolute URL. */
  readonly referrer: string;
}

/** Value of Sec-Fetch-Site. `none`: a person opened the address, by the App View. */
export type FetchSite = "none" | "same-origin" | "cross-site";

/** Paths of our own documents, which no app should see as referrer. */
const ownPathPrefix = "/.culvert/";

/** Where the request comes from. Only the app's own documents reach the service worker with anything but `navigate`. */
export function fetchSiteOf(request: RequestOrigin, appOrigin: string): FetchSite {
  if (request.mode !== "navigate") return "same-origin";
  const referrer = parseUrl(request.referrer);
  if (referrer?.origin !== appOrigin) return "cross-site";
  return referrer.pathname.startsWith(ownPathPrefix) ? "none" : "same-origin";
}

/** Which cookies may travel (RFC 6265bis §5.2). */
export function sameSiteContextOf(site: FetchSite, method: string): SameSiteContext {
  if (site !== "cross-site") return "strict";
  return isSafe(method) ? "lax" : "none";
}

/** Value of Origin where a browser would send one (Fetch §3.1): `app:` for the app's own, a foreign one unmapped. */
export function originHeaderOf(request: RequestOrigin, site: FetchSite, appOrigin: string): string | undefined {
  if (request.method === "GET" || request.method === "HEAD") return undefined;
  if (site === "same-origin") return "app:";
  const referrer = parseUrl(request.referrer);
  return referrer === undefined || referrer.origin === appOrigin ? "null" : referrer.origin;
}

/** Value of Referer: `app:` and the path for the app's own pages, a foreign URL as it is. */
export function refererHeaderOf(referrer: string, appOrigin: string): string | undefined {
  const url = parseUrl(referrer);
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  if (url.origin !== appOrigin) return url.origin + url.pathname + url.search;
  return url.pathname.startsWith(ownPathPrefix) ? undefined : `app:${url.pathname}${url.search}`;
}

function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS" || method === "TRACE";
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
