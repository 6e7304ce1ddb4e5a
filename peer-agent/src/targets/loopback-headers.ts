/**
 * Headers between the tunnel and a target on this machine. The viewer writes `app:` where the app's own address
 * belongs (SPEC.md §HTTP); the target reads and writes its own authority there. Pure.
 */
import { appUrlPrefix, type HeaderList } from "@culvert/protocol/http";

/** RFC 9110 §7.6.1, and what our own connection to the target sets. */
const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const requestAddresses: ReadonlySet<string> = new Set(["origin", "referer"]);
const answerAddresses: ReadonlySet<string> = new Set(["location", "content-location", "refresh", "link"]);

/** Request headers as the target gets them: its own origin in place of `app:`. */
export function headersToTarget(headers: HeaderList, port: number): HeaderList {
  const origin = `http://${targetAuthority(port)}`;
  return endToEnd(headers).map(([name, value]) => {
    if (!requestAddresses.has(name.toLowerCase()) || !value.startsWith(appUrlPrefix)) return [name, value];
    return [name, origin + value.slice(appUrlPrefix.length)];
  });
}

/** An answer's headers as the viewer gets them: `app:` in place of every name that this machine has for the target. */
export function headersFromTarget(headers: HeaderList, port: number): HeaderList {
  const own = new RegExp(`(?:https?:)?//(?:localhost|127\\.0\\.0\\.1|\\[::1\\]|0\\.0\\.0\\.0):${port}(?![0-9])`, "gi");
  return endToEnd(headers).map(([name, value]) => {
    return answerAddresses.has(name.toLowerCase()) ? [name, value.replace(own, appUrlPrefix)] : [name, value];
  });
}

/** The Host that a target on this machine sees, as its own browser would send it. */
export function targetAuthority(port: number): string {
  return port === 80 ? "localhost" : `localhost:${port}`;
}

function endToEnd(headers: HeaderList): HeaderList {
  const named = new Set(
    headers
      .filter(([name]) => name.toLowerCase() === "connection")
      .flatMap(([, value]) => value.split(",").map((part) => part.trim().toLowerCase())),
  );
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !connectionHeaders.has(lower) && !named.has(lower);
  });
}
