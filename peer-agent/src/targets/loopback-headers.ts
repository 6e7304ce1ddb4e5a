/**
 * Headers between the tunnel and a target on this machine. The viewer writes `app:` where the app's own address
 * belongs (SPEC.md §HTTP); the target reads and writes its own authority there. Pure.
 */
import { endToEndHeaders, type HeaderList, mapAppToOrigin, mapOriginToApp } from "@culvert/protocol/http";

/** Our own connection to the target sets Host, and waits for no 100 (RFC 9110 §10.1.1). */
const ownHeaders: ReadonlySet<string> = new Set(["host", "expect"]);
const hosts = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"] as const;

/** Request headers as the target gets them: its own origin in place of `app:`. */
export function headersToTarget(headers: HeaderList, port: number): HeaderList {
  const kept = endToEndHeaders(headers).filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  return mapAppToOrigin(kept, `http://${targetAuthority(port)}`);
}

/** An answer's headers as the viewer gets them: `app:` in place of every name that this machine has for the target. */
export function headersFromTarget(headers: HeaderList, port: number): HeaderList {
  const origins = hosts.map((host) => `http://${withPort(host, port)}`);
  return mapOriginToApp(endToEndHeaders(headers), origins);
}

/** The Host that a target on this machine sees, as this machine's own browser would send it. */
export function targetAuthority(port: number): string {
  return withPort("localhost", port);
}

function withPort(host: string, port: number): string {
  return port === 80 ? host : `${host}:${port}`;
}
