/**
 * The origin of the dashboard. Invariant: it is https, or http on a localhost name, because service workers, WebCrypto
 * and Sec-Fetch headers exist nowhere else.
 */
import { TunnelError } from "@culvert/protocol";
import { type AppPortRange, isAppPort, rangeText } from "./app-ports.ts";

/**
 * The configured origin, or `http://culvert.localhost:<port>`; throws `invalid-request` in words. With app ports no name
 * below it is needed, so any host will do, `http://localhost:<port>` where none is configured.
 */
export function dashboardOriginOf(configured: string | undefined, port: number, appPorts?: AppPortRange): URL {
  const ownName = appPorts === undefined ? "culvert.localhost" : "localhost";
  const text = configured ?? new URL(`http://${ownName}:${port}`).origin;
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
  if (appPorts === undefined) requireNamesBelow(url, text);
  else requireApart(url, appPorts);
  return url;
}

function requireNamesBelow({ hostname }: URL, text: string): void {
  if (hostname.includes(".") && !/^[\d.]+$/.test(hostname) && !hostname.startsWith("[")) return;
  throw new TunnelError(
    "invalid-request",
    `The origin "${text}" needs a name with a dot, as in culvert.localhost: every app gets a name below it.`,
    { hint: "Or give apps ports of this host: CULVERT_APP_PORTS=4100-4999." },
  );
}

/** An app on the dashboard's own port would be the dashboard. */
function requireApart(origin: URL, appPorts: AppPortRange): void {
  if (!isAppPort(portOf(origin), appPorts)) return;
  throw new TunnelError(
    "invalid-request",
    `The dashboard's port ${portOf(origin)} is one of the app ports ${rangeText(appPorts)}.`,
    { hint: "Choose app ports beside it." },
  );
}

/** The port of an origin, also where it is the scheme's own. */
export function portOf({ port, protocol }: URL): number {
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

/** True for `localhost` and every name below it: browsers take them to this machine. */
export function isLocalhostName(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost");
}
