/**
 * Requests as an HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/), which developer tools of browsers open.
 * Times that are not known are -1, as the format wants it. Pure.
 */
import type { InspectedBody, InspectedDetail, InspectedFrame, InspectedRequest } from "@culvert/browser-client";
import type { HeaderList } from "@culvert/protocol/http";
import { headerOf, shownHeaders } from "./exchange-parts.ts";

/** One request with all that is known of it. */
export interface HarExchange {
  readonly request: InspectedRequest;
  readonly detail: InspectedDetail;
}

/** What stands before the entries and after them: the file is joined from parts, however long it gets. */
export const harStart = `${JSON.stringify({ log: { version: "1.2", creator: { name: "Culvert", version: "1" }, pages: [] } }).slice(0, -2)},"entries":[`;
export const harEnd = "]}}";

/** One entry. `base`: scheme and authority of the app. */
export function harEntry({ request, detail }: HarExchange, base: string): object {
  const { queueMs, headMs, targetMs, totalMs } = request;
  const blocked = queueMs ?? totalMs ?? 0;
  const wait = headMs === null ? 0 : Math.max(0, headMs - blocked);
  const receive = totalMs === null || headMs === null ? 0 : Math.max(0, totalMs - headMs);
  return {
    startedDateTime: new Date(request.atMs).toISOString(),
    time: blocked + wait + receive,
    request: requestOf({ request, detail }, base),
    response: responseOf({ request, detail }, base),
    cache: {},
    timings: { blocked, dns: -1, connect: -1, ssl: -1, send: 0, wait, receive },
    ...(targetMs === null ? {} : { _targetMs: targetMs }),
    ...(request.kind === "websocket" && {
      _resourceType: "websocket",
      _webSocketMessages: messagesOf(request, detail),
    }),
    ...(request.code !== null && { comment: `${request.code}: ${request.message}` }),
  };
}

function requestOf({ request, detail }: HarExchange, base: string): object {
  const headers = shownHeaders(detail.requestHeaders, base);
  const url = new URL(base + (detail.isKept ? detail.path : request.path));
  const body = detail.requestBody;
  const scheme = request.kind === "websocket" ? url.href.replace(/^http/, "ws") : url.href;
  return {
    method: request.method,
    url: scheme,
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: pairs(headers),
    queryString: [...url.searchParams].map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: request.requestBytes,
    ...(body?.text !== null &&
      body?.text !== undefined && { postData: { mimeType: headerOf(headers, "content-type"), text: body.text } }),
  };
}

function responseOf({ request, detail }: HarExchange, base: string): object {
  const headers = shownHeaders(detail.answerHeaders, base);
  return {
    // 0 is what developer tools write where there was no answer.
    status: request.status ?? 0,
    statusText: "",
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: pairs(headers),
    content: contentOf(request, detail.answerBody, headerOf(headers, "content-type")),
    redirectURL: headerOf(headers, "location"),
    headersSize: -1,
    bodySize: request.answerBytes,
    ...(request.code !== null && { _error: request.code }),
  };
}

function contentOf(request: InspectedRequest, body: InspectedBody | null, mimeType: string): object {
  const size = { size: request.answerBytes, mimeType: mimeType || "x-unknown" };
  if (body === null) return size;
  if (body.text !== null) return { ...size, text: body.text };
  return { ...size, text: base64Of(body.bytes ?? new Uint8Array()), encoding: "base64" };
}

/** As Chromium writes them: seconds since 1970, opcodes of RFC 6455 §5.2. */
function messagesOf({ atMs }: InspectedRequest, { frames }: InspectedDetail): readonly object[] {
  return frames.map((frame) => ({
    type: frame.direction === "sent" ? "send" : "receive",
    time: (atMs + frame.afterMs) / 1000,
    opcode: opcodeOf(frame),
    data: frame.text ?? "",
  }));
}

function opcodeOf({ type }: InspectedFrame): number {
  if (type === "binary") return 2;
  return type === "close" ? 8 : 1;
}

function pairs(headers: HeaderList): readonly object[] {
  return headers.map(([name, value]) => ({ name, value }));
}

/** Of bytes of any number: a call takes no list without end. */
export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}
