/**
 * The dashboard's files: hashed assets forever, and one document for every page. Invariant: each document has a style
 * nonce of its own, and no path under /api is ever answered with it.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import fastifyStatic from "@fastify/static";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { CookieNames } from "../accounts/cookie-names.ts";
import type { Api } from "../api/typed-api.ts";
import { expiredHostCookies, expiredParentCookies } from "./parent-cookies.ts";
import { plainPage } from "./plain-page.ts";
import { dashboardHeaders } from "./security-headers.ts";

/** What the site stands on. `folder`: the dashboard's build. */
export interface DashboardSiteOptions {
  readonly folder: string;
  readonly dashboardOrigin: URL;
  readonly cookieNames: CookieNames;
  /** Where apps are framed from, as Content-Security-Policy names it. */
  readonly frameSources: string;
  /** Apps, and perhaps other programs, have ports of the dashboard's host, and so its cookies. */
  readonly sharesHost: boolean;
  /** What the document's key signs first; empty where no proof of it is asked for. */
  readonly challenge: () => Promise<string>;
}

const visibleFile = /^(?:\/[\w-]+)*\/[\w-][\w.-]*\.[a-z0-9]+$/;

/** Adds the files, the healing of planted cookies, and the answer for all that no route takes. */
export function addDashboardSite(api: Api, options: DashboardSiteOptions): void {
  const { folder, dashboardOrigin, cookieNames, frameSources, sharesHost } = options;
  api.addHook("onRequest", async (request, reply) => {
    const { cookie } = request.headers;
    const expired = sharesHost
      ? expiredHostCookies(cookie, pathOf(request), dashboardOrigin, cookieNames)
      : expiredParentCookies(cookie, pathOf(request), dashboardOrigin, cookieNames);
    if (expired.length > 0) reply.header("set-cookie", expired);
  });
  api.register(fastifyStatic, {
    root: folder,
    index: false,
    redirect: false,
    // The document has a nonce and is written below; folders and hidden files are nobody's business.
    allowedPath: (path) => path !== "/index.html" && visibleFile.test(path),
    setHeaders: (reply, path) => {
      const immutable = path.startsWith(join(folder, "assets"));
      reply.header("cache-control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
      reply.headers(dashboardHeaders(dashboardOrigin, { path: "/", frameSources }));
    },
  });
  api.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    if (isPage(request, path)) return sendDocument(reply, { path, arrival: arrivalOf(request) }, options);
    throw new TunnelError("not-found", "There is nothing at this address.");
  });
}

/** Pages are what a browser navigates to; a missing script must not be answered with a document. */
function isPage(request: FastifyRequest, path: string): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  if (path.startsWith("/api/") || path.startsWith("/assets/")) return false;
  const destination = request.headers["sec-fetch-dest"];
  if (destination !== undefined) return destination === "document";
  return (request.headers.accept ?? "").includes("text/html");
}

/** What a document is told of its request; its script cannot see it. */
interface DocumentRequest {
  readonly path: string;
  readonly arrival: string;
}

const sites: readonly unknown[] = ["none", "same-origin", "same-site", "cross-site"];

/** Which site led here, as the browser says (www.w3.org/TR/fetch-metadata §2.4); empty where it does not. */
function arrivalOf({ headers }: FastifyRequest): string {
  const site = headers["sec-fetch-site"];
  return typeof site === "string" && sites.includes(site) ? site : "";
}

async function sendDocument(reply: FastifyReply, { path, arrival }: DocumentRequest, options: DashboardSiteOptions) {
  const { folder, dashboardOrigin, frameSources } = options;
  const nonce = randomBytes(16).toString("base64url");
  const html = await readFile(join(folder, "index.html"), "utf8").catch(() => undefined);
  reply.headers(dashboardHeaders(dashboardOrigin, { path, nonce, frameSources }));
  reply.header("cache-control", "no-store").type("text/html; charset=utf-8");
  if (html === undefined) {
    const lines = [
      "The pages are not built yet. In the repository, run:",
      "npm run build",
      "then load this page again.",
    ];
    return reply.status(503).send(plainPage("Culvert is not built yet", lines));
  }
  const marks: Readonly<Record<string, string>> = {
    __CSP_NONCE__: nonce,
    __FETCH_SITE__: arrival,
    __KEY_CHALLENGE__: await options.challenge(),
  };
  return reply
    .status(200)
    .send(html.replaceAll(/__(?:CSP_NONCE|FETCH_SITE|KEY_CHALLENGE)__/g, (mark) => marks[mark] ?? ""));
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "/";
}
