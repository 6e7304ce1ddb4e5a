/** What is kept beside a body: the answer's head as an app sees it, and what decides how long it may be used. */
import type { CachePolicyObject } from "http-cache-semantics";

/** One stored answer. Plain data: it lies in IndexedDB. */
export interface CacheEntry {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** Of the answer, as later 304 answers changed it. */
  readonly headers: readonly [string, string][];
  readonly policy: CachePolicyObject;
  /** The answer depends on what no worker sees (cookies, say): it is never used without asking. */
  readonly isBlind: boolean;
  readonly isAnonymous: boolean;
  /** Tells the body that belongs to this entry from one that another worker has put in its place. */
  readonly bodyMark: string;
  readonly sizeBytes: number;
}

/** The mark of a response's body, from the head that lies beside it. */
export function bodyMarkOf({ status, headers }: Response): string {
  const names = ["date", "etag", "last-modified", "content-type", "vary", "location"];
  return [status, ...names.map((name) => headers.get(name) ?? "")].join("\n");
}

/** Header fields that a 304 answer does not change, as in Chromium: they speak about the body or the connection. */
const kept = new Set(
  `connection proxy-connection keep-alive www-authenticate proxy-authenticate te trailer transfer-encoding upgrade
   content-location content-md5 etag content-encoding content-range content-type content-length x-frame-options
   x-xss-protection`.split(/\s+/),
);

/** The stored fields with those of a 304 answer in their place (RFC 9111 §3.2). */
export function freshened(stored: CacheEntry["headers"], answer: Headers): CacheEntry["headers"] {
  const changes = [...answer].filter(([name]) => !kept.has(name) && !name.startsWith("x-content-"));
  const changed = new Set(changes.map(([name]) => name));
  return [...stored.filter(([name]) => !changed.has(name)), ...changes];
}
