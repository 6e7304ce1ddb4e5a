/**
 * The app that conformance lines are held to: each line adds its own routes, and every request is recorded as it came.
 * Invariant: it answers what a line says and nothing else; an address that no line gave is 404.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

/** One request as the app received it. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, once it has been read to its end. */
  body: Buffer | undefined;
  /** True once the peer went before the answer was complete. */
  isGivenUp: boolean;
}

/** What a route is handed. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The record of this request. */
  readonly seen: Seen;
  /** Answers whole: `headers` as pairs where a name stands several times. */
  send(body: string | Uint8Array, headers?: HeaderInput, status?: number): void;
  /** The request's body to its end. */
  body(): Promise<Buffer>;
}

export type HeaderInput = Readonly<Record<string, string | readonly string[]>>;
export type Route = (exchange: Exchange) => void | Promise<void>;
/** A WebSocket that was accepted, or a refusal of its handshake. */
export type SocketRoute = (socket: WebSocket, request: IncomingMessage) => void;

/** The app. */
export interface Target {
  readonly port: number;
  /** What came since the last `forget`, in order. */
  readonly seen: readonly Seen[];
  /** Requests for one path, without its query. */
  seenAt(path: string): readonly Seen[];
  forget(): void;
  /** Breaks the connections of a path's open answers. */
  cut(path: string): void;
  /** `/path`, or `/folder/*`. */
  on(path: string, route: Route): void;
  /** Accepts WebSockets at a path; `choose` picks the subprotocol. */
  onSocket(path: string, route: SocketRoute, choose?: (offered: ReadonlySet<string>) => string | false): void;
  /** Takes over the upgrade at a path. */
  onUpgrade(path: string, route: (request: IncomingMessage, socket: Duplex) => void): void;
  close(): Promise<void>;
}

/** A page that says nothing. Lines begin here. */
export const blankPage = "<!doctype html><meta charset=utf-8><title>Blank</title><h1>Blank</h1>";

/** Starts the app on a free loopback port. */
export async function startTarget(): Promise<Target> {
  const routes = new Map<string, Route>();
  const sockets = new Map<string, { route: SocketRoute; webSockets: WebSocketServer }>();
  const upgrades = new Map<string, (request: IncomingMessage, socket: Duplex) => void>();
  let seen: Seen[] = [];
  const open = new Map<ServerResponse, string>();
  const find = (path: string): Route | undefined => {
    const exact = routes.get(path);
    if (exact !== undefined) return exact;
    for (const [pattern, route] of routes) {
      if (pattern.endsWith("/*") && path.startsWith(pattern.slice(0, -1))) return route;
    }
    return undefined;
  };
  const server = createServer((request, response) => {
    const record = recordOf(request);
    seen.push(record);
    const exchange = exchangeOf(request, response, record);
    open.set(response, exchange.url.pathname);
    response.on("close", () => open.delete(response));
    const route = find(exchange.url.pathname);
    if (route === undefined) exchange.send("There is nothing here.", { "content-type": "text/plain" }, 404);
    else
      void Promise.resolve()
        .then(() => route(exchange))
        .catch((error: unknown) => response.destroy(error as Error));
  });
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request: IncomingMessage, socket, head) => {
    upgraded.add(socket);
    socket.on("close", () => upgraded.delete(socket));
    seen.push(recordOf(request));
    const { pathname } = new URL(request.url ?? "/", "http://target");
    const own = upgrades.get(pathname);
    if (own !== undefined) return own(request, socket);
    const accepted = sockets.get(pathname);
    if (accepted === undefined) return void socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    accepted.webSockets.handleUpgrade(request, socket, head, (webSocket) => accepted.route(webSocket, request));
  });
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  routes.set("/", ({ send }) => send(blankPage, { "content-type": "text/html" }));
  return {
    port: (server.address() as AddressInfo).port,
    get seen() {
      return seen;
    },
    seenAt: (path) => seen.filter((one) => one.path.split("?", 1)[0] === path),
    forget: () => {
      seen = [];
    },
    cut: (path) => {
      for (const [response, pathname] of open) if (pathname === path) response.destroy();
    },
    on: (path, route) => void routes.set(path, route),
    onSocket: (path, route, choose) => {
      const handleProtocols = choose ?? ((offered: ReadonlySet<string>) => [...offered][0] ?? false);
      const webSockets = new WebSocketServer({ noServer: true, handleProtocols, maxPayload: 64 * 1024 * 1024 });
      sockets.set(path, { route, webSockets });
    },
    onUpgrade: (path, route) => void upgrades.set(path, route),
    close: async () => {
      for (const socket of upgraded) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function recordOf(request: IncomingMessage): Seen {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
  return { method: request.method ?? "", path: request.url ?? "", headers, body: undefined, isGivenUp: false };
}

function exchangeOf(request: IncomingMessage, response: ServerResponse, seen: Seen): Exchange {
  response.on("close", () => {
    if (!response.writableFinished) seen.isGivenUp = true;
  });
  return {
    request,
    response,
    seen,
    url: new URL(request.url ?? "/", "http://target"),
    send: (body, headers = {}, status = 200) => {
      response.writeHead(status, { "cache-control": "no-store", ...headers } as Record<string, string | string[]>);
      response.end(body);
    },
    body: async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      seen.body = Buffer.concat(parts);
      return seen.body;
    },
  };
}
