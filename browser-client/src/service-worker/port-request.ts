/** A fetch event's request in the words of the service port. */
import type { HeaderList } from "@culvert/protocol/http";
import { bodySizeHeader, uploadTagHeader } from "../ports/courier-messages.ts";
import { takeDownloadMark } from "../ports/download-mark.ts";
import type { PortRequest } from "../ports/service-port.ts";

/** Every path under this prefix is the product's own on an app origin and goes to the network. */
export const ownPrefix = "/.culvert/";

/** True where the app must answer: its own origin, and none of our own files. */
export function isForApp(url: URL, appOrigin: string): boolean {
  return url.origin === appOrigin && !url.pathname.startsWith(ownPrefix);
}

/** True for requests whose answer becomes a document that a person looks at. */
export function isDocumentRequest(request: Request): boolean {
  return request.mode === "navigate" || ["document", "iframe", "frame"].includes(request.destination);
}

/** True for a link with `download`: its answer is a file and no document. */
export function isDownload({ url }: Request): boolean {
  return takeDownloadMark(url).fileName !== undefined;
}

/** The request as the core is told of it. `body`: undefined without one, `sizeBytes` null where not known. */
export function portRequest(
  request: Request,
  clientId: string,
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
    referrer: request.referrer,
    clientId,
    bodySizeBytes: body?.sizeBytes ?? null,
  };
}

/** The size of the body that the shim knows, or null. */
export function toldBodySize(request: Request): number | null {
  const told = request.headers.get(bodySizeHeader);
  return told !== null && /^\d{1,15}$/.test(told) ? Number(told) : null;
}

function headersOf(request: Request): HeaderList {
  return [...request.headers].filter(([name]) => name !== uploadTagHeader && name !== bodySizeHeader);
}

function modeOf(mode: string): PortRequest["mode"] {
  return mode === "navigate" || mode === "no-cors" || mode === "same-origin" ? mode : "cors";
}
