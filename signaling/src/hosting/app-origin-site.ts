/**
 * The site behind every app origin: `/.culvert/*`, a boot document for navigations, and nothing else. Invariant: what a
 * service worker should have answered is refused and counted, its path, query and body neither read nor kept.
 */
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { serverLimits } from "../limits.ts";
import type { AppOriginsTable } from "../store/index.ts";
import type { AppOrigins } from "./app-origins.ts";
import type { LeakCounter } from "./leak-counter.ts";
import { escapeHtml, plainPage } from "./plain-page.ts";
import { appOriginHeaders } from "./security-headers.ts";
import { asksForExactly, contentHash, keptForGood, withVersionedScripts } from "./versioned-scripts.ts";

/** What the site stands on. `folder`: the browser client's build for app origins. */
export interface AppOriginSiteOptions {
  readonly folder: string;
  readonly dashboardOrigin: URL;
  readonly appOrigins: AppOrigins;
  readonly leaks: LeakCounter;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

const prefix = "/.culvert/";
/** Asked for before the app's first navigation, where a browser takes a worker's control for true only after a fetch. */
const primePath = `${prefix}prime`;
/** Empties this origin: signing out loads it for each app that was used. */
const clearPath = `${prefix}clear`;
/** `courier` and `boot` are documents; scripts are asked for by their file names. */
const fileName = /^[a-z0-9][a-zA-Z0-9_-]*(\.[a-z0-9]+)*$/;
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".map": "application/json",
};

/** Answers one request for an app's place. */
export async function serveAppOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  place: string,
  options: AppOriginSiteOptions,
): Promise<void> {
  discardBody(request);
  const owner = await options.appOrigins.at(place);
  const answer = owner === undefined ? unknownPlace() : await answerFor(request, owner, options);
  const tag = `"${contentHash(answer.body)}"`;
  const headers = {
    ...appOriginHeaders(options.dashboardOrigin),
    "content-type": answer.type,
    "cache-control": "no-cache",
    etag: tag,
    ...answer.headers,
  };
  if (answer.status === 200 && request.headers["if-none-match"] === tag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(answer.status, { ...headers, "content-length": Buffer.byteLength(answer.body) });
  response.end(request.method === "HEAD" ? undefined : answer.body);
}

async function answerFor(
  request: IncomingMessage,
  owner: AppOriginsTable,
  options: AppOriginSiteOptions,
): Promise<Answer> {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead && path === primePath) return { status: 204, type: "text/plain", body: "", headers: notStored };
  if (isRead && path === clearPath) return clearAnswer(request);
  if (isRead && path.startsWith(prefix)) {
    const answer = await fileAnswer(path.slice(prefix.length), owner, options);
    const isExact = path.endsWith(".js") && answer.status === 200 && asksForExactly(request.url ?? "", answer.body);
    return isExact ? { ...answer, headers: { ...answer.headers, "cache-control": keptForGood } } : answer;
  }
  if (isRead && path === "/favicon.ico") return { status: 204, type: "image/x-icon", body: "" };
  if (request.method === "GET" && isNavigation(request)) {
    options.leaks.count(owner.label, "navigations");
    return fileAnswer("boot", owner, options);
  }
  options.leaks.count(owner.label, "requests");
  return { status: 503, type: "text/plain; charset=utf-8", body: "This app is reached through its App View alone.\n" };
}

const notStored = { "cache-control": "no-store" };

/**
 * Storage, workers and caches go; cookies stay, because clearing them reaches every host of the registered domain:
 * https://www.w3.org/TR/clear-site-data/#clear-cookies. The apps' own cookies live at the dashboard. A foreign page may
 * not empty an app that its visitor uses.
 */
function clearAnswer({ headers }: IncomingMessage): Answer {
  const type = "text/html; charset=utf-8";
  const site = headers["sec-fetch-site"];
  if (site !== "same-site" && site !== "same-origin") {
    const lines = ["Only the dashboard clears what an app has stored: sign out there."];
    return { status: 403, type, body: plainPage("Nothing was cleared", lines), headers: notStored };
  }
  const lines = ["What this app had stored in the browser is gone."];
  const clearing = { ...notStored, "clear-site-data": '"cache", "storage"' };
  return { status: 200, type, body: plainPage("Cleared", lines), headers: clearing };
}

/** https://www.w3.org/TR/fetch-metadata/ */
function isNavigation({ headers }: IncomingMessage): boolean {
  const destination = headers["sec-fetch-dest"];
  return headers["sec-fetch-mode"] === "navigate" && (destination === "document" || destination === "iframe");
}

async function fileAnswer(name: string, owner: AppOriginsTable, options: AppOriginSiteOptions): Promise<Answer> {
  if (!fileName.test(name)) return notThere();
  const file = extname(name) === "" ? `${name}.html` : name;
  const type = types[extname(file)];
  if (type === undefined || (extname(file) === ".html" && file === name)) return notThere();
  const bytes = await readFile(join(options.folder, file)).catch(() => undefined);
  if (bytes === undefined) return name === "boot" || name === "courier" ? notBuilt() : notThere();
  if (extname(file) === ".html") {
    const html = await withVersionedScripts(bytes.toString("utf8"), options.folder);
    return { status: 200, type, body: filled(html, owner, options) };
  }
  // The worker answers for the whole origin: https://www.w3.org/TR/service-workers/#service-worker-allowed
  return file === "sw.js"
    ? { status: 200, type, body: bytes, headers: workerHeaders }
    : { status: 200, type, body: bytes };
}

/**
 * The worker also runs the app's own service worker, as the app that it is: it may evaluate that script and ask foreign
 * hosts. It can do no more than the app's documents can.
 */
const workerHeaders = {
  "service-worker-allowed": "/",
  "content-security-policy": "default-src *; script-src * 'unsafe-eval'",
};

/** Documents on an app origin learn where the dashboard is and which App View is theirs. */
function filled(html: string, owner: AppOriginsTable, { dashboardOrigin }: AppOriginSiteOptions): string {
  const appViewUrl = `${dashboardOrigin.origin}/app-view/${owner.serverId}/${owner.serviceName}`;
  return html
    .replaceAll("__DASHBOARD_ORIGIN__", escapeHtml(dashboardOrigin.origin))
    .replaceAll("__APP_VIEW_URL__", escapeHtml(appViewUrl));
}

function unknownPlace(): Answer {
  const lines = ["No app was ever opened at this address. Open it from the list in your dashboard."];
  return { status: 404, type: "text/html; charset=utf-8", body: plainPage("No such app", lines) };
}

function notBuilt(): Answer {
  const lines = ["The parts that run in the browser are not built yet. On the server, run:", "npm run build"];
  return { status: 503, type: "text/html; charset=utf-8", body: plainPage("Culvert is not built yet", lines) };
}

function notThere(): Answer {
  return { status: 404, type: "text/plain; charset=utf-8", body: "Nothing here.\n" };
}

/** Reads a body away unseen, so that the connection stays usable, up to a bound. */
function discardBody(request: IncomingMessage): void {
  let seenBytes = 0;
  request.on("data", (chunk: Uint8Array) => {
    seenBytes += chunk.length;
    if (seenBytes > serverLimits.discardedBodyBytes) request.destroy();
  });
}
