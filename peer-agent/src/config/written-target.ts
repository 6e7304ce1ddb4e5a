/** A target as people write it, `5173` or `https://localhost:8443`: where an app lives, and how it is spoken to. Pure. */
import { TunnelError } from "@culvert/protocol";
import { isLocalhostName } from "../network/localhost-lookup.ts";
import type { TargetOptions } from "../services/index.ts";

/** A target, and whether its bytes are requests or carried as they are. */
export interface ServicePlace {
  readonly target: TargetOptions;
  readonly mode: "http" | "tcp";
}

const forms = "Give a port, or http://, https://, tcp:// with host and port, or unix: with a path.";

/** The place that a port, an address or `unix:<path>` names. Throws `invalid-request` in words. */
export function writtenTarget(text: string): ServicePlace {
  if (/^\d+$/.test(text)) return { target: { type: "loopback", port: checkedPort(text) }, mode: "http" };
  if (text.startsWith("unix:")) return { target: unixTarget(text.slice("unix:".length)), mode: "http" };
  if (/^[\w.-]+:\d+$/.test(text)) return writtenTarget(`http://${text}`);
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  // Other schemes are no special ones of the URL standard, and their hosts are not read alike.
  const url = scheme === undefined ? null : URL.parse(text.replace(/^tcp:/i, "http:"));
  if (url === null || !["http", "https", "tcp"].includes(scheme ?? "")) {
    throw unwritten(`"${text.slice(0, 80)}" is neither a port nor an address. ${forms}`);
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw unwritten("An app is published as a whole: leave out what follows host and port.");
  }
  const port = portOf(url, text, scheme);
  const tls = scheme === "https" ? { verify: "system" as const } : undefined;
  return {
    target: socketTarget(url.hostname.replace(/^\[|\]$/g, ""), port, tls),
    mode: scheme === "tcp" ? "tcp" : "http",
  };
}

function socketTarget(host: string, port: number, tls: { verify: "system" } | undefined): TargetOptions {
  const isLoopback = isLocalhostName(host) || host === "127.0.0.1" || host === "::1";
  return isLoopback ? { type: "loopback", port, tls } : { type: "lan", host, port, tls };
}

function portOf(url: URL, text: string, scheme: string | undefined): number {
  const written = /:(\d+)\/?$/.exec(text)?.[1];
  if (written !== undefined) return checkedPort(written);
  if (scheme === "tcp") throw unwritten("A tcp:// address names its port: tcp://localhost:5432.");
  return url.protocol === "https:" ? 443 : 80;
}

function unixTarget(path: string): TargetOptions {
  if (path.startsWith("/") || path.startsWith("\\\\")) return { type: "unix", path };
  throw unwritten("The path of a socket is absolute: unix:/run/app.sock.");
}

function checkedPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw unwritten("A port is a number from 1 to 65535.");
}

function unwritten(words: string): TunnelError {
  return new TunnelError("invalid-request", words, { hint: "" });
}
