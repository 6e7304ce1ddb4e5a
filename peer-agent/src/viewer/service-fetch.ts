/** `fetch` over a tunnel: one request, its redirects inside the service, and an answer that streams. */
import { TunnelError } from "@culvert/protocol";
import { abortable } from "./abortable.ts";
import { runExchange } from "./http-exchange.ts";
import { bodySizeBytes, isRepeatable } from "./request-body.ts";
import { serviceUrl } from "./service-address.ts";
import type { ServiceContext } from "./service-context.ts";

/** As many as the fetch standard follows (https://fetch.spec.whatwg.org/#http-redirect-fetch). */
const mostRedirects = 20;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const bodyHeaders = ["content-encoding", "content-language", "content-location", "content-type", "content-length"];

/** A request as it stands before a redirect may change it. */
interface Hop {
  readonly url: URL;
  readonly init: RequestInit;
}

/** Runs one fetch. `ready` gives the tunnel; everything that rejects does so as `ServiceFetch` in connect-tunnel.ts says. */
export async function serviceFetch(
  ready: () => Promise<ServiceContext>,
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
  signal?.throwIfAborted();
  const context = await abortable(ready(), signal);
  let hop = firstHop(context.origin, input, init);
  const { redirect = "follow" } = hop.init;
  for (let redirects = 0; ; redirects++) {
    const request = new Request(hop.url, { ...hop.init, signal: null, duplex: "half" } as RequestInit);
    const size = bodySizeBytes(hop.init.body);
    if (size !== undefined && !request.headers.has("content-length")) {
      request.headers.set("content-length", String(size));
    }
    const response = await runExchange(request, { ...context, signal, redirected: redirects > 0 });
    const location = response.headers.get("location");
    if (redirect === "manual" || location === null || !redirectStatuses.has(response.status)) return response;
    await response.body?.cancel();
    if (redirect === "error") throw notFollowed("the app redirects, and redirects were ruled out");
    if (redirects === mostRedirects) throw notFollowed(`the app redirects more than ${mostRedirects} times`);
    hop = nextHop(hop, request.method, response.status, redirectUrl(location, hop.url, context.origin));
  }
}

function firstHop(origin: string, input: string | URL | Request, init: RequestInit): Hop {
  if (!(input instanceof Request)) return { url: serviceUrl(input, origin), init };
  const { method, headers, body, redirect } = input;
  return { url: serviceUrl(input.url, origin), init: { method, headers, body, redirect, ...init } };
}

/** https://fetch.spec.whatwg.org/#http-redirect-fetch, steps 11 and 12. */
function nextHop({ init }: Hop, method: string, status: number, url: URL): Hop {
  const becomesGet = status === 303 ? method !== "GET" && method !== "HEAD" : status < 303 && method === "POST";
  if (becomesGet) {
    const { body: _body, ...rest } = init;
    const headers = new Headers(init.headers ?? {});
    for (const name of bodyHeaders) headers.delete(name);
    return { url, init: { ...rest, method: "GET", headers } };
  }
  if (!isRepeatable(init.body)) throw notFollowed("the app redirects a body that streams, which cannot be sent again");
  return { url, init };
}

function redirectUrl(location: string, from: URL, origin: string): URL {
  const url = URL.parse(location, from.href);
  if (url === null || url.origin !== origin) {
    throw notFollowed(`the app redirects to another site, ${(url?.origin ?? location).slice(0, 200)}`);
  }
  return url;
}

function notFollowed(message: string): TunnelError {
  const hint = 'Use redirect: "manual" and decide yourself.';
  return new TunnelError("unsupported", message, { scope: "stream", origin: "remote", hint });
}
