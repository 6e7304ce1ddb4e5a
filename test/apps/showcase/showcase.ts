/**
 * The bundled sample app: a plain web server, as unaware of Culvert as any app on a laptop. Between its pages it uses
 * what real apps use: absolute paths, fetch, server-sent events, WebSockets, cookies, redirects, files, ranges, workers.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Accounts } from "./accounts.ts";
import { artworkCount, artworkSvg } from "./artwork.ts";
import { streamClock } from "./clock.ts";
import { type Exchange, type Route, readText, redirect, sendJson, sendPage, sendRepresentation } from "./exchange.ts";
import { melodyWav } from "./melody.ts";
import { bufferRepresentation, loadAssets, type PageName, renderPage } from "./site-files.ts";
import { attachSockets } from "./sockets.ts";
import { sendDownload, sendDownloadHash, takeUpload } from "./transfers.ts";

const maxFormBytes = 16 * 1024;

/** What a showcase may be told. */
export interface ShowcaseOptions {
  /** Makes the secrets of sessions; random by default. */
  readonly newSessionToken?: () => string;
}

/** A showcase that is not listening yet. */
export interface Showcase {
  readonly server: Server;
  /** Requests that came so far, upgrades included. */
  readonly requestCount: number;
  /** Listens on 127.0.0.1; 0 takes a free port. Resolves with the port. */
  listen(port: number): Promise<number>;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/** Makes the app. */
export function createShowcase(options: ShowcaseOptions = {}): Showcase {
  const startedMs = Date.now();
  let requestCount = 0;
  const routes = makeRoutes(new Accounts(options.newSessionToken), (exchange) => {
    const { request } = exchange;
    sendJson(exchange, {
      requestCount,
      upSeconds: Math.round((Date.now() - startedMs) / 1000),
      process: `Node ${process.version} on ${process.platform}, process ${process.pid}`,
      address: `${request.socket.localAddress}:${request.socket.localPort}`,
      request: { method: request.method, path: request.url, headers: request.headers },
    });
  });
  const server = createServer((request, response) => {
    requestCount += 1;
    const exchange: Exchange = { request, response, url: new URL(request.url ?? "/", "http://app") };
    const route = findRoute(routes, exchange);
    Promise.resolve(route(exchange)).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(exchange, { error: String(error) }, 500);
    });
  });
  server.on("upgrade", () => {
    requestCount += 1;
  });
  const closeSockets = attachSockets(server);
  return {
    server,
    get requestCount() {
      return requestCount;
    },
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
      }),
    close: () =>
      new Promise((resolve) => {
        closeSockets();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** `METHOD /path`, a trailing `*` for everything below. */
function makeRoutes(accounts: Accounts, sendFacts: Route): ReadonlyMap<string, Route> {
  const page =
    (name: PageName): Route =>
    (exchange) =>
      sendPage(exchange, renderPage(name));
  let melody: ReturnType<typeof bufferRepresentation> | undefined;
  const routes: Record<string, Route> = {
    "GET /": page("overview"),
    "GET /live": page("live"),
    "GET /chat": page("chat"),
    "GET /files": page("files"),
    "GET /media": page("media"),
    "GET /compute": page("compute"),
    "GET /account": (exchange) => {
      const name = accounts.nameOf(exchange.request.headers.cookie);
      sendPage(exchange, renderPage("account", { name: name ?? "", state: name === undefined ? "out" : "in" }));
    },
    "POST /login": async (exchange) => {
      const form = new URLSearchParams(await readText(exchange.request, maxFormBytes));
      const name = (form.get("name") ?? "").trim().slice(0, 40) || "Guest";
      redirect(exchange, 303, "/login/welcome", accounts.signIn(name));
    },
    "GET /login/welcome": (exchange) => redirect(exchange, 302, "/account?welcome=1"),
    "POST /logout": (exchange) =>
      redirect(exchange, 303, "/account", accounts.signOut(exchange.request.headers.cookie)),
    "GET /api/me": (exchange) => sendJson(exchange, { name: accounts.nameOf(exchange.request.headers.cookie) ?? null }),
    "GET /api/facts": sendFacts,
    "GET /api/clock": streamClock,
    "POST /api/uploads": takeUpload,
    "GET /api/downloads/*": sendDownloadHash,
    "GET /download/*": sendDownload,
    "GET /media/melody.wav": (exchange) => {
      melody ??= bufferRepresentation(melodyWav(), "audio/wav");
      return sendRepresentation(exchange, melody);
    },
    "GET /gallery/*": (exchange) => {
      const number = Number(/\/(\d{1,2})\.svg$/.exec(exchange.url.pathname)?.[1] ?? Number.NaN);
      if (!(number < artworkCount)) return sendNotFound(exchange);
      return sendRepresentation(exchange, bufferRepresentation(Buffer.from(artworkSvg(number)), "image/svg+xml"));
    },
  };
  for (const [path, file] of loadAssets()) routes[`GET ${path}`] = (exchange) => sendRepresentation(exchange, file);
  return new Map(Object.entries(routes));
}

function findRoute(routes: ReadonlyMap<string, Route>, { request, url }: Exchange): Route {
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const below = url.pathname.slice(0, url.pathname.lastIndexOf("/") + 1);
  return routes.get(`${method} ${url.pathname}`) ?? routes.get(`${method} ${below}*`) ?? sendNotFound;
}

function sendNotFound(exchange: Exchange): void {
  sendPage(exchange, renderPage("not-found", { path: exchange.url.pathname }), 404);
}
