/**
 * The rules of a private cache (RFC 9111), decided by http-cache-semantics. Pure: time is passed in. Invariant: what the
 * library reads otherwise than browsers do is put right in here and nowhere else (docs/decisions/0061).
 */
import CachePolicy from "http-cache-semantics";
import type { CacheEntry } from "./cache-entry.ts";
import type { CacheHeaders, CacheRequest } from "./cache-request.ts";

export type CachePolicyObject = CachePolicy.CachePolicyObject;

/** Headers that make a request conditional. */
export type Conditions = readonly [string, string][];

/** How a stored answer serves a request. */
export type Decision =
  /** As it is. `refresh`: it is asked for anew meanwhile, on these conditions (RFC 5861 §3). */
  | { readonly type: "use"; readonly refresh: Conditions | undefined }
  /** If the app says 304 to these conditions. */
  | { readonly type: "validate"; readonly headers: Conditions }
  /** Not at all. */
  | { readonly type: "ask" };

/** What the rules say of an answer that has come. */
export interface Storing {
  readonly policy: CachePolicyObject;
  readonly isBlind: boolean;
}

/** Request fields that the core adds from what only it knows. */
const unseen = ["cookie", "authorization"];

/** The rules for an answer; undefined where it may not be stored or could never be used again. */
export function storingOf(request: CacheRequest, status: number, answer: Headers, nowMs: number): Storing | undefined {
  const vary = listOf(answer.get("vary"));
  const isBlind = vary.some((name) => unseen.includes(name));
  if (vary.includes("*") || (isBlind && !answer.has("etag"))) return undefined;
  if ((answer.get("content-type") ?? "").startsWith("text/event-stream")) return undefined;
  const seen = vary.filter((name) => !unseen.includes(name));
  const headers: Record<string, string> = Object.fromEntries(answer);
  const directives = directivesOf(answer.get("cache-control"));
  const mustRevalidate = directives.some((directive) => directive === "must-revalidate");
  // A private cache never serves stale answers of its own accord, so the directive only forbids what is optional.
  const used = directives.filter(
    (directive) => !(mustRevalidate && /^(must-revalidate|stale-while-revalidate)\b/.test(directive)),
  );
  if (directives.length > 0) headers["cache-control"] = used.join(", ");
  Reflect.deleteProperty(headers, "vary");
  if (seen.length > 0) headers.vary = seen.join(", ");
  const selecting = Object.fromEntries(Object.entries(request.headers).filter(([name]) => seen.includes(name)));
  const asked = { method: "GET", headers: { ...selecting, ...requestDirectives(request.headers) } };
  const policy = new CachePolicy(
    asked,
    { status, headers },
    {
      shared: false,
      cacheHeuristic: mustRevalidate ? 0 : 0.1,
      // `immutable` says how long an answer holds only together with max-age (RFC 8246 §2).
      immutableMinTimeToLive: 0,
    },
  );
  const object = { ...policy.toObject(), t: nowMs };
  const isUsable = answer.has("etag") || answer.has("last-modified") || at(object, nowMs).timeToLive() > 0;
  return policy.storable() && isUsable ? { policy: object, isBlind } : undefined;
}

/** What to do with a stored answer. */
export function decide(entry: CacheEntry, request: CacheRequest, nowMs: number): Decision {
  if (entry.isAnonymous !== request.isAnonymous) return { type: "ask" };
  const policy = at(entry.policy, nowMs);
  const headers = { ...request.headers, ...(modeDirectives[request.mode] ?? requestDirectives(request.headers)) };
  const asked = { method: "GET", headers };
  const { response, revalidation } = policy.evaluateRequest(asked);
  const sent = policy.revalidationHeaders(asked);
  // Of two representations the one that was changed first may be the one that is meant: dates do not tell them apart.
  const names = entry.isBlind ? ["if-none-match"] : ["if-none-match", "if-modified-since"];
  const conditions = names.flatMap((name) =>
    typeof sent[name] === "string" ? [[name, sent[name]] as [string, string]] : [],
  );
  if (response !== undefined && (!entry.isBlind || isAnyAge(request))) {
    return { type: "use", refresh: revalidation && conditions };
  }
  return conditions.length > 0 ? { type: "validate", headers: conditions } : { type: "ask" };
}

/** True for the modes that take a stored answer of any age. */
function isAnyAge({ mode }: CacheRequest): boolean {
  return mode === "force-cache" || mode === "only-if-cached";
}

/** What a fetch's cache mode asks for, in words of Cache-Control (fetch.spec.whatwg.org §4.6). */
const modeDirectives: Readonly<Partial<Record<RequestCache, CacheHeaders>>> = {
  "no-cache": { "cache-control": "no-cache" },
  reload: { "cache-control": "no-cache" },
  "force-cache": { "cache-control": "max-stale" },
  "only-if-cached": { "cache-control": "max-stale" },
};

/** The library at a moment. */
function at(object: CachePolicyObject, nowMs: number): CachePolicy {
  return Object.assign(CachePolicy.fromObject(object), { now: () => nowMs });
}

/** Directive names are case-insensitive (RFC 9111 §5.2), which the library overlooks. */
function requestDirectives(headers: CacheHeaders): CacheHeaders {
  const value = headers["cache-control"];
  return value === undefined ? {} : { "cache-control": value.toLowerCase() };
}

function directivesOf(value: string | null): readonly string[] {
  return listOf(value);
}

function listOf(value: string | null): readonly string[] {
  return (value ?? "")
    .toLowerCase()
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
