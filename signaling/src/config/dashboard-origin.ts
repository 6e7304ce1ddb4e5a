/**
 * The origin of the dashboard. Invariant: it is https, or http on a localhost name, because service workers, WebCrypto
 * and Sec-Fetch headers exist nowhere else.
 */
import { TunnelError } from "@culvert/protocol";

/** The configured origin, or `http://culvert.localhost:<port>`; throws `invalid-request` in words. */
export function dashboardOriginOf(configured: string | undefined, port: number): URL {
  const text = configured ?? new URL(`http://culvert.localhost:${port}`).origin;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin !== text.replace(/\/$/, "").toLowerCase()) {
    throw new TunnelError(
      "invalid-request",
      `The origin "${text}" is not one. Write scheme, host and port alone, as in https://culvert.example.`,
    );
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocalhostName(url.hostname))) {
    throw new TunnelError(
      "invalid-request",
      `The origin "${text}" needs https: browsers run service workers and keep keys only there, or on a localhost name.`,
    );
  }
  if (!url.hostname.includes(".") || /^[\d.]+$/.test(url.hostname) || url.hostname.startsWith("[")) {
    throw new TunnelError(
      "invalid-request",
      `The origin "${text}" needs a name with a dot, as in culvert.localhost: every app gets a name below it.`,
    );
  }
  return url;
}

/** True for `localhost` and every name below it: browsers take them to this machine. */
export function isLocalhostName(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost");
}
