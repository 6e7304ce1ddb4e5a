/**
 * The real header list of a request, made from what a fetch event shows.
 * Invariant: what script cannot own in a browser (Fetch §2.2.2, forbidden request-headers) comes from here alone.
 */
import type { HeaderList } from "@culvert/protocol/http";
import type { PortRequest } from "../ports/service-port.ts";
import { type FetchSite, fetchSiteOf, originHeaderOf, refererHeaderOf } from "./fetch-site.ts";

/** What the browser itself would add. */
export interface BrowserIdentity {
  readonly userAgent: string;
  /** `navigator.languages`. */
  readonly languages: readonly string[];
}

/** What the service's own context adds. */
export interface RequestContext extends BrowserIdentity {
  readonly appOrigin: string;
  /** Value of Cookie; empty = none. */
  readonly cookie: string;
  /** Value of Authorization where the page set none; undefined = none. */
  readonly authorization: string | undefined;
}

/** Headers that script can neither set nor fake, besides `proxy-` and `sec-` names. */
const ownedByBrowser = new Set([
  "accept-charset",
  "accept-encoding",
  "access-control-request-headers",
  "access-control-request-method",
  "access-control-request-private-network",
  "connection",
  "content-length",
  "cookie",
  "cookie2",
  "date",
  "dnt",
  "expect",
  "host",
  "keep-alive",
  "origin",
  "referer",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);

/** The header list for the agent, which itself sets Host, framing and Connection. */
export function requestHeaders(request: PortRequest, context: RequestContext): HeaderList {
  const site = fetchSiteOf(request, context.appOrigin);
  const headers: HeaderList = request.headers.filter(([name]) => mayPass(name)).map(([name, value]) => [name, value]);
  const present = new Set(headers.map(([name]) => name.toLowerCase()));
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== "" && !present.has(name)) headers.push([name, value]);
  };
  add("user-agent", context.userAgent);
  add("accept", "*/*");
  add("accept-language", acceptLanguage(context.languages));
  // A range counts bytes of the encoded body, so it must not be encoded.
  add("accept-encoding", present.has("range") ? "identity" : "gzip, deflate");
  for (const [name, value] of cacheHeaders(request.cache)) add(name, value);
  add("origin", originHeaderOf(request, site, context.appOrigin));
  add("referer", refererHeaderOf(request.referrer, context.appOrigin));
  for (const [name, value] of fetchMetadata(site, request.mode, request.destination)) add(name, value);
  if (request.hasBody && request.bodySizeBytes !== null) add("content-length", String(request.bodySizeBytes));
  if (!request.hasBody && expectsBody(request.method)) add("content-length", "0");
  if (request.credentials === "omit") return headers;
  add("authorization", context.authorization);
  add("cookie", context.cookie);
  return headers;
}

/** The header list of a WebSocket's opening by a page of the app; the agent adds the handshake's own. */
export function webSocketHeaders(context: RequestContext, origin: string): HeaderList {
  const headers: HeaderList = [
    ["user-agent", context.userAgent],
    ["accept-language", acceptLanguage(context.languages)],
    ["cache-control", "no-cache"],
    ["pragma", "no-cache"],
    ["origin", origin === context.appOrigin ? "app:" : origin],
    ...fetchMetadata("same-origin", "websocket", ""),
  ];
  if (context.authorization !== undefined) headers.push(["authorization", context.authorization]);
  if (context.cookie !== "") headers.push(["cookie", context.cookie]);
  return headers.filter(([, value]) => value !== "");
}

/** `en-GB,en;q=0.9,de;q=0.8` as browsers write it. */
export function acceptLanguage(languages: readonly string[]): string {
  return languages
    .slice(0, 10)
    .map((language, index) => (index === 0 ? language : `${language};q=${(1 - index / 10).toFixed(1)}`))
    .join(",");
}

function mayPass(name: string): boolean {
  const lower = name.toLowerCase();
  return !ownedByBrowser.has(lower) && !lower.startsWith("proxy-") && !lower.startsWith("sec-");
}

function expectsBody(method: string): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}

/** Fetch §4.5 (HTTP-network-or-cache fetch): what a cache mode says to servers on the way. */
function cacheHeaders(cache: string): readonly (readonly [string, string])[] {
  if (cache === "no-cache") return [["cache-control", "max-age=0"]];
  if (cache !== "no-store" && cache !== "reload") return [];
  return [
    ["pragma", "no-cache"],
    ["cache-control", "no-cache"],
  ];
}

/** Fetch Metadata. The app iframe is the app's top-level document, so `iframe` reads `document`. */
function fetchMetadata(site: FetchSite, mode: string, destination: string): HeaderList {
  const dest = destination === "" ? "empty" : destination === "iframe" ? "document" : destination;
  return [
    ["sec-fetch-site", site],
    ["sec-fetch-mode", mode],
    ["sec-fetch-dest", mode === "websocket" ? "websocket" : dest],
  ];
}
