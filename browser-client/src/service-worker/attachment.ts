/** Makes an answer the attachment that a link with `download` asked for (html.spec.whatwg.org §4.6.6). */
import { addDownloadMark } from "../ports/download-mark.ts";
import { errorHeader } from "./error-page.ts";

/**
 * The answer as a download under the link's file name, unless the app itself names one. A failed answer becomes one
 * that changes nothing on the screen; a redirect within the app stays a download.
 */
export function asAttachment(response: Response, fileName: string, appOrigin: string): Response {
  const location = response.headers.get("location");
  if (location !== null) {
    return Response.redirect(
      isWithin(location, appOrigin) ? addDownloadMark(location, fileName) : location,
      response.status,
    );
  }
  if (!response.ok || response.headers.has(errorHeader)) return new Response(null, { status: 204 });
  const headers = new Headers(response.headers);
  if (!/^\s*attachment/i.test(headers.get("content-disposition") ?? "")) {
    headers.set("content-disposition", disposition(fileName));
  }
  return new Response(response.body, { status: response.status, headers });
}

function isWithin(location: string, origin: string): boolean {
  return new URL(location).origin === origin && !location.includes("#");
}

/** RFC 6266 §4.3, with the extended form for every name. */
function disposition(fileName: string): string {
  if (fileName === "") return "attachment";
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}
