/** The app that an agent under test offers: its answers are known, and it remembers what reached it. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { Watch } from "./watch.ts";

/** A request or WebSocket that reached the app. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  body: string;
  bodyBytes: number;
  state: "open" | "ended" | "aborted";
  /** Of a WebSocket: code of its close. */
  closeCode?: number;
}

/** The app while it runs. */
export interface TargetApp {
  readonly port: number;
  /** Requests for a path, so far. */
  seen(path: string): readonly SeenRequest[];
  /** Waits until something holds of what reached a path. */
  until(what: string, path: string, holds: (request: SeenRequest) => boolean, patienceMs: number): Promise<SeenRequest>;
  /** Lets requests to `/stalled…` go on that have read nothing so far. */
  release(): void;
  stop(): Promise<void>;
}

/** Bytes whose content says where they stand. */
export function patternBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 31 + (at >> 8) * 7) & 0xff;
  return bytes;
}

/** SHA-256, hexadecimal. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Starts the app on 127.0.0.1. */
export async function startTargetApp(port: number): Promise<TargetApp> {
  const all: SeenRequest[] = [];
  const watch = new Watch();
  const waiting: (() => void)[] = [];
  const note = (request: IncomingMessage): SeenRequest => {
    const { method = "GET", url = "/", rawHeaders } = request;
    const seen: SeenRequest = { method, path: url, headers: rawHeaders, body: "", bodyBytes: 0, state: "open" };
    all.push(seen);
    watch.changed();
    return seen;
  };
  const server = createServer((request, response) => {
    const seen = note(request);
    response.on("close", () => {
      seen.state = response.writableEnded ? "ended" : "aborted";
      watch.changed();
    });
    const begin = (): void => void answer(request, response, seen, () => watch.changed());
    if (seen.path.startsWith("/stalled")) waiting.push(begin);
    else begin();
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const seen = note(request);
    if (seen.path.startsWith("/no-websocket")) {
      socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 6\r\nx-why: test\r\n\r\nnot me");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("message", (data, isBinary) => webSocket.send(data, { binary: isBinary }));
      webSocket.on("close", (code) => {
        seen.state = "ended";
        seen.closeCode = code;
        watch.changed();
      });
      webSocket.on("error", () => {});
      if (seen.path.startsWith("/closing")) webSocket.close(4_001, "seen enough");
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    seen: (path) => all.filter((request) => request.path === path),
    until: (what, path, holds, patienceMs) =>
      watch.until(
        what,
        () => all.find((request) => request.path === path && holds(request)),
        patienceMs,
        () => `the app saw ${JSON.stringify(all.filter((request) => request.path === path)).slice(0, 300)}`,
      ),
    release: () => {
      for (const begin of waiting.splice(0)) begin();
    },
    async stop() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, seen: SeenRequest, changed: () => void) {
  const url = new URL(request.url ?? "/", "http://app");
  if (url.pathname === "/early") return void response.writeHead(413).end("too large");
  try {
    for await (const chunk of request) {
      seen.bodyBytes += (chunk as Buffer).length;
      if (seen.body.length < 10_000) seen.body += String(chunk);
      changed();
    }
  } catch {
    return;
  }
  switch (url.pathname) {
    case "/bytes":
      return void response.end(patternBytes(Number(url.searchParams.get("n") ?? "0")));
    case "/hints":
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      return void response.end("after the hints");
    case "/cut":
      response.writeHead(200, { "content-length": "100000" });
      return void response.write(patternBytes(1_000), () => response.destroy());
    case "/never":
      response.writeHead(200);
      return void response.write("begun");
    default:
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      return void response.end(`${seen.method} ${seen.path} ${seen.bodyBytes}`);
  }
}
