/**
 * A request as a cache looks at it. Invariant: what a browser answers past its own HTTP cache gives no CacheRequest: other
 * methods, ranges, event streams, and requests that bring conditions of their own (fetch.spec.whatwg.org §4.6).
 */

/** Names in lower case. */
export type CacheHeaders = Readonly<Record<string, string>>;

/** A request that may be answered from the cache or whose answer may be kept. */
export interface CacheRequest {
  /** Absolute, without a fragment. */
  readonly url: string;
  readonly mode: RequestCache;
  /** What the app's server is sent, as far as a worker can know it: an answer's Vary selects by these. */
  readonly headers: CacheHeaders;
  /** Sent without cookies: what came with them is no answer to it, nor the other way round. */
  readonly isAnonymous: boolean;
}

/** What the browser adds to every request, where a server may vary by it. */
export interface CacheIdentity {
  readonly userAgent: string;
  readonly languages: readonly string[];
}

const conditions = ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];
const eventStream = "text/event-stream";

/**
 * The cache's view of a request for an address of the app, whichever name the request has for it; undefined where the cache
 * has no part in it.
 */
export function cacheRequestOf(request: Request, url: string, identity: CacheIdentity): CacheRequest | undefined {
  const { headers, method, cache } = request;
  if (method !== "GET" || cache === "no-store" || headers.has("range")) return undefined;
  if (headers.get("accept") === eventStream || conditions.some((name) => headers.has(name))) return undefined;
  return {
    url,
    mode: cache,
    headers: { ...ofBrowser(request, identity), ...Object.fromEntries(headers) },
    isAnonymous: request.credentials === "omit",
  };
}

/** Headers that the core makes and no worker sees; their values only need to differ where the real ones do. */
function ofBrowser(request: Request, { userAgent, languages }: CacheIdentity): CacheHeaders {
  return {
    accept: "*/*",
    "accept-encoding": "own",
    "accept-language": languages.join(),
    "user-agent": userAgent,
    referer: request.referrer,
    "sec-fetch-dest": request.destination,
    "sec-fetch-mode": request.mode,
    "sec-fetch-site": request.mode === "navigate" ? originOf(request.referrer) : "same-origin",
  };
}

function originOf(referrer: string): string {
  return URL.canParse(referrer) ? new URL(referrer).origin : "";
}
