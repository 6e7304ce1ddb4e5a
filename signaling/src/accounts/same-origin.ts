/**
 * Which requests may be made in the name of a cookie. Invariant: none that another origin caused, the apps' own
 * origins below the dashboard's host included; they are same-site, so SameSite alone does not keep them out.
 */
import type { IncomingHttpHeaders } from "node:http";
import { TunnelError } from "@culvert/protocol";

/** What of a request decides. */
export interface RequestOrigin {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Throws `unauthenticated` where a browser did not say where the request comes from, `forbidden` where it comes from
 * elsewhere. Navigations to a document are let through: they change nothing.
 * https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function requireSameOrigin({ method, headers }: RequestOrigin): void {
  const site = headers["sec-fetch-site"];
  if (site === "same-origin") return;
  if ((method === "GET" || method === "HEAD") && headers["sec-fetch-dest"] === "document") return;
  if (site === undefined) {
    throw new TunnelError("unauthenticated", "This request does not say where it comes from (Sec-Fetch-Site).", {
      hint: "Use the dashboard in a current browser.",
    });
  }
  throw new TunnelError("forbidden", "This request comes from another origin than the dashboard.", {
    hint: "Use the dashboard's own pages.",
  });
}
