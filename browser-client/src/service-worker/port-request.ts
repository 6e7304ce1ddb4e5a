/** A fetch event's request in the words of the service port. */
import type { HeaderList } from "@culvert/protocol/http";
import { openerOf } from "../ports/boot-mark.ts";
import { takeDownloadMark } from "../ports/download-mark.ts";
import { isLoopbackHost } from "../ports/loopback-names.ts";
import { bodySizeHeader, cancelTagHeader, isRequestTag } from "../ports/request-tags.ts";
import type { PortRequest } from "../ports/service-port.ts";

/** Every path under this prefix is the product's own on an app origin and goes to the network. */
export const ownPrefix = "/.culvert/";

/** True where the app must answer: its own origin, and none of our own files. */
export function isForApp(url: URL, appOrigin: string): boolean {
  return url.origin === appOrigin && !url.pathname.startsWith(ownPrefix);
}

/**
 * True where an address may be the app's own by a loopback name; whether it is, its core knows. An app origin may be a port
 * of `localhost` itself: what is ours there is no name of the app.
 */
export function mayNameApp({ protocol, hostname, origin }: URL, appOrigin: string): boolean {
  return protocol === "http:" && isLoopbackHost(hostname) && origin !== appOrigin;
}

/** A request for somebody else, without the tags that it got as one for the app: a redirect led it away. */
export function foreignRequest(request: Request): Request {
  const tags = [...request.headers.keys()].filter(isRequestTag);
  if (tags.length === 0) return request;
  const headers = new Headers(request.headers);
  for (const name of tags) headers.delete(name);
  const { referrer, referrerPolicy } = request;
  return new Request(request, { headers, referrer, referrerPolicy });
}

/** By what a page says that it gave the request up: its tag, or an event source's path; undefined where it cannot. */
export function cancelKeyOf(request: Request): string | undefined {
  const { pathname, search } = new URL(request.url);
  return request.headers.get(cancelTagHeader) ?? (isEventSource(request) ? pathname + search : undefined);
}

/** True for what an EventSource asks for. */
export function isEventSource(request: Request): boolean {
  return request.headers.get("accept") === "text/event-stream";
}

/** True for requests whose answer becomes a document that a person looks at. */
export function isDocumentRequest(request: Request): boolean {
  return request.mode === "navigate" || ["document", "iframe", "frame"].includes(request.destination);
}

/** True for a link with `download`: its answer is a file and no document. */
export function isDownload({ url }: Request): boolean {
  return takeDownloadMark(url).fileName !== undefined;
}

/** Whose request it is. `isCore`: whether a core of that boot id lives. */
export interface RequestClient {
  readonly clientId: string;
  isCore(bootId: string): boolean;
}

/** The request as the core is told of it. `body`: undefined without one, `sizeBytes` null where not known. */
export function portRequest(
  request: Request,
  { clientId, isCore }: RequestClient,
  body: { readonly sizeBytes: number | null } | undefined,
): PortRequest {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: takeDownloadMark(url.pathname + url.search).address,
    headers: headersOf(request),
    hasBody: body !== undefined,
    mode: modeOf(request.mode),
    destination: request.destination,
    credentials: request.credentials,
    cache: request.cache,
    redirect: request.redirect,
    referrer: mayNameOurs(request.referrer, url.origin, isCore) ? request.referrer : "",
    clientId,
    bodySizeBytes: body?.sizeBytes ?? null,
  };
}

/** Our own document speaks for a person only where it names a living core: any page can lead to one. */
function mayNameOurs(referrer: string, origin: string, isCore: RequestClient["isCore"]): boolean {
  const opener = openerOf(referrer, origin);
  return opener === undefined || isCore(opener);
}

/** The size of the body that the shim knows, or null. */
export function toldBodySize(request: Request): number | null {
  const told = request.headers.get(bodySizeHeader);
  return told !== null && /^\d{1,15}$/.test(told) ? Number(told) : null;
}

function headersOf(request: Request): HeaderList {
  return [...request.headers].filter(([name]) => !isRequestTag(name));
}

function modeOf(mode: string): PortRequest["mode"] {
  return mode === "navigate" || mode === "no-cors" || mode === "same-origin" ? mode : "cors";
}
