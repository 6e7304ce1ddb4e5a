/**
 * The first look at every request: which site is it for? Invariant: what is for an app's origin never reaches the API
 * or the log, and a host name that is not ours is answered by nobody.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { TunnelError } from "@culvert/protocol";
import { failureOf } from "../api/failure.ts";
import { type AppOriginSiteOptions, type HostNames, serveAppOrigin } from "../hosting/index.ts";
import type { Logger } from "../log/index.ts";

/** What the switch leads to. */
export interface SiteSwitchOptions extends AppOriginSiteOptions {
  readonly hostNames: HostNames;
  /** The dashboard's site and the API. */
  readonly dashboard: (request: IncomingMessage, response: ServerResponse) => void;
  readonly log: Logger;
}

/** By address, this machine is for agents and health checks; a person is sent to the dashboard's name. */
const loopbackPaths: ReadonlySet<string> = new Set(["/api/enrollments/redeem", "/healthz", "/readyz"]);
/** Asked by load balancers and proxies, which name a node as they like. */
const healthPaths: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/tls-ask"]);

/** Hands a request on, or answers it. */
export function switchSite(request: IncomingMessage, response: ServerResponse, options: SiteSwitchOptions): void {
  const { hostNames, dashboard, dashboardOrigin, log } = options;
  const site = hostNames.siteOf(request.headers.host);
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  if (site.kind === "dashboard" || healthPaths.has(path) || (site.kind === "loopback" && loopbackPaths.has(path))) {
    dashboard(request, response);
  } else if (site.kind === "app") {
    serveAppOrigin(request, response, site.place, options).catch((thrown: unknown) => {
      log.error({ err: thrown }, "an app origin's request failed");
      response.destroy();
    });
  } else if (site.kind === "loopback" && request.method === "GET") {
    response.writeHead(307, { location: `${dashboardOrigin.origin}/`, "cache-control": "no-store" }).end();
  } else {
    misdirected(response);
  }
}

/** RFC 9110 §15.5.20. */
function misdirected(response: ServerResponse): void {
  const { body } = failureOf(new TunnelError("not-found", "This server does not answer for that host name."));
  response.writeHead(421, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify(body));
}
