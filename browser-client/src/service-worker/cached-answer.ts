/**
 * Answers a request from the HTTP cache, or from the app with the cache listening. Invariant: a stored answer reaches the
 * browser as the app's own would, with everything that documents and workers need put in anew.
 */
import { copyBody, type WholeBody } from "../http-cache/body-copy.ts";
import type { CacheEntry } from "../http-cache/cache-entry.ts";
import type { Conditions } from "../http-cache/cache-policy.ts";
import type { CacheRequest } from "../http-cache/cache-request.ts";
import type { Found, Moment } from "../http-cache/http-cache.ts";
import { appResponse, printable } from "./app-response.ts";
import { decodingOf } from "./content-decoding.ts";
import type { Head } from "./http-exchange.ts";
import { plainContext, responseContext } from "./response-context.ts";
import { responseHeaders, valuesOf } from "./response-headers.ts";
import { type AnswerRequest, portWaitMs, type Surroundings } from "./surroundings.ts";

/** What came of asking the app: its answer, or the response that says why there is none. */
export type Reply =
  | { readonly type: "head"; readonly head: Head; readonly body: ReadableStream<Uint8Array> }
  | { readonly type: "refused"; readonly response: Response };

export type Ask = (conditions: Conditions) => Promise<Reply>;

/** One request that the cache may have a part in. */
export interface CachedRequest extends AnswerRequest {
  readonly wished: CacheRequest;
  readonly ask: Ask;
  readonly around: Surroundings;
}

/** The answer. Rejects where the app's own answer cannot be given to a browser. */
export async function answerThroughCache(asked: CachedRequest): Promise<Response> {
  const { wished, around } = asked;
  const found = await around.cache.find(wished);
  if (found?.decision.type === "use") {
    const { refresh } = found.decision;
    const response = await withoutAsking(found, asked);
    if (response !== undefined && refresh !== undefined) void refreshed(found, refresh, asked).catch(() => undefined);
    if (response !== undefined) return response;
  }
  if (wished.mode === "only-if-cached") return Response.error();
  const since = around.cache.moment;
  const reply = await asked.ask(found?.decision.type === "validate" ? found.decision.headers : []);
  if (reply.type === "refused") return reply.response;
  if (found?.decision.type === "validate" && reply.head.status === 304) {
    const entry = await confirmed(found, reply, since, asked);
    return shaped(entry, found.stored, reply.head, asked);
  }
  return kept(reply, since, asked);
}

/** An address of the app under its own origin, without its fragment: a page may name it by a loopback name as well. */
export function appUrl(address: string, appOrigin: string): string {
  const { pathname, search } = new URL(address);
  return appOrigin + pathname + search;
}

/** Forgets what a request with effect has made untrue (RFC 9111 §4.4). */
export async function invalidateAfter(request: Request, head: Head, around: Surroundings): Promise<void> {
  if (["GET", "HEAD", "OPTIONS"].includes(request.method) || head.status >= 400) return;
  const own = appUrl(request.url, around.appOrigin);
  const named = head.headers.filter(([name]) => ["location", "content-location"].includes(name.toLowerCase()));
  const urls = named.flatMap(([, value]) => {
    const url = URL.canParse(value, own) ? new URL(value, own) : undefined;
    return url?.origin === around.appOrigin ? [appUrl(url.href, around.appOrigin)] : [];
  });
  await Promise.all([...new Set([own, ...urls])].map((url) => around.cache.invalidate(url)));
}

/** The stored answer; undefined where it cannot be had without asking. */
async function withoutAsking({ entry, stored }: Found, asked: CachedRequest): Promise<Response | undefined> {
  const { isDocument, workerShim } = responseContext(asked, asked.around);
  if (!isDocument && workerShim === undefined) return shaped(entry, stored, {}, asked);
  // The shim in it is told what only the core knows, from the first script on.
  const core = await asked.around.whenReady(AbortSignal.timeout(portWaitMs));
  const { pathname, search } = new URL(asked.request.url);
  const documentCookies = await core?.connection.readCookies(pathname + search);
  if (core === undefined || documentCookies === undefined) return undefined;
  return shaped(entry, stored, { documentCookies, loopbackPort: core.connection.loopbackPort }, asked);
}

/** Asks for a stored answer anew while it is in use. */
async function refreshed(found: Found, conditions: Conditions, asked: CachedRequest): Promise<void> {
  const since = asked.around.cache.moment;
  const reply = await asked.ask(conditions);
  if (reply.type === "refused") return;
  if (reply.head.status === 304) await confirmed(found, reply, since, asked);
  else await (await kept(reply, since, { ...asked, isWorkerStart: false })).body?.pipeTo(new WritableStream());
}

/** The entry after a 304 answer. */
async function confirmed(
  found: Found,
  { head, body }: Extract<Reply, { type: "head" }>,
  since: Moment,
  { request, wished, around }: CachedRequest,
): Promise<CacheEntry> {
  await body.cancel();
  const { headers } = responseHeaders(head.headers, {
    ...plainContext(request, around),
    ...{ shimUrl: undefined, loopbackPort: 0, isDecoded: false, keepsLength: false },
  });
  return around.cache.update(found, wished, headers, since);
}

/** The app's answer, of which the cache keeps a copy where it may. */
async function kept(
  { head, body }: Extract<Reply, { type: "head" }>,
  since: Moment,
  asked: CachedRequest,
): Promise<Response> {
  const { wished, around } = asked;
  const context = responseContext(asked, around);
  const plain = plainHead(head, asked);
  const leave = plain && (await around.cache.mayKeep(wished, plain));
  if (plain === undefined || leave === undefined) return appResponse(head, body, context);
  if (isRedirect(plain)) {
    void around.cache.keep(wished, plain, { sizeBytes: 0, toBlob: () => new Blob() }, since);
    return appResponse(head, body, context);
  }
  if (!context.isDocument && context.workerShim === undefined) {
    const response = await appResponse(head, body, context);
    if (response.body === null) return response;
    const { stream, whole } = copyBody(response.body, leave.maxBytes);
    void whole.then((body) => body && around.cache.keep(wished, plain, body, since));
    return new Response(stream, response);
  }
  // What is put into the document is not for the next one: the copy is made before.
  const { stream, whole } = copyBody(body, leave.maxBytes);
  void whole.then((coded) => coded && around.cache.keep(wished, plain, decoded(coded, head, asked, leave), since));
  return appResponse(head, stream, context);
}

/** A body as it is stored; undefined where it is none. */
async function decoded(
  coded: WholeBody,
  head: Head,
  { request, around }: CachedRequest,
  { maxBytes }: { readonly maxBytes: number },
): Promise<WholeBody | undefined> {
  const bytes = coded.toBlob()?.stream();
  if (bytes === undefined) return undefined;
  const { body } = await appResponse(head, bytes, plainContext(request, around));
  if (body === null) return undefined;
  const { stream, whole } = copyBody(body, maxBytes);
  await stream.pipeTo(new WritableStream());
  return whole;
}

/** The head that is stored: with the headers of an answer that nothing was put into. Undefined where there is no such. */
function plainHead(
  { status, statusText, headers: list }: Head,
  { request, around }: CachedRequest,
): Response | undefined {
  const coding = decodingOf(valuesOf(list, "content-encoding")).type;
  if (status < 200 || coding === "unknown") return undefined;
  const isDecoded = coding === "format";
  const context = { ...plainContext(request, around), ...{ shimUrl: undefined, loopbackPort: 0 } };
  return new Response(null, {
    status,
    statusText: printable(statusText),
    headers: responseHeaders(list, { ...context, isDecoded, keepsLength: !isDecoded }).headers,
  });
}

function isRedirect({ status, headers }: Response): boolean {
  return status >= 300 && status < 400 && headers.has("location");
}

/** A stored answer as a response to this request. */
function shaped(
  entry: CacheEntry,
  stored: Response,
  { documentCookies = "", loopbackPort = 0 }: Pick<Head, "documentCookies" | "loopbackPort">,
  asked: CachedRequest,
): Response | Promise<Response> {
  const context = responseContext(asked, asked.around);
  const { status, statusText } = entry;
  const headers = [...entry.headers];
  if (isRedirect(stored) || context.isDocument || context.workerShim !== undefined) {
    return appResponse(
      { type: "head", status, statusText, headers, documentCookies, loopbackPort },
      stored.body ?? new Blob().stream(),
      context,
    );
  }
  // The browser keeps compiled scripts with the response that it stored, and with no other.
  if (!isReadable(asked.request) || isSameHead(headers, stored)) return stored;
  return new Response(stored.body, { status, statusText, headers });
}

/** True where a page reads the headers of what it asked for. */
function isReadable({ destination }: Request): boolean {
  return !["script", "style", "font", "image"].includes(destination);
}

function isSameHead(headers: CacheEntry["headers"], stored: Response): boolean {
  const shown = [...stored.headers];
  return headers.length === shown.length && headers.every(([name, value]) => stored.headers.get(name) === value);
}
