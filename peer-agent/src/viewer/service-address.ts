/** Which addresses a viewer may ask for: those of its service, and no others. Pure. */
import { TunnelError } from "@culvert/protocol";

/**
 * An address of the service. `address`: a path, or an absolute URL at the service's web origin (for WebSockets also with
 * ws and wss). Throws TunnelError `invalid-request` for any other: nothing is ever sent elsewhere.
 */
export function serviceUrl(address: string | URL, origin: string): URL {
  const url = URL.parse(String(address), origin);
  if (url === null) throw refused(`${String(address).slice(0, 200)} is no address`);
  if (url.protocol === "ws:") url.protocol = "http:";
  if (url.protocol === "wss:") url.protocol = "https:";
  if (url.origin !== origin || url.username !== "" || url.password !== "") {
    throw refused(`${url.origin} is not the service; ask for a path, such as /index.html`);
  }
  return url;
}

/** Path and query as they stand in a request line. */
export function pathOf(url: URL): string {
  return url.pathname + url.search;
}

function refused(message: string): TunnelError {
  return new TunnelError("invalid-request", message, { scope: "stream", hint: "Give a path of the service." });
}
