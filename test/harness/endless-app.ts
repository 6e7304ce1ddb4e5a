/**
 * An app whose answers never end: a body, events and a WebSocket that say a little all the time, each under a name of the
 * page that asked. Invariant: what is live here is known by name, so that a stream that hangs is found.
 */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

const sayMs = 50;

/** The app, listening on 127.0.0.1. */
export interface EndlessApp {
  readonly port: number;
  /** `body frame`, `events frame`, `socket frame` …: what is open now, sorted. */
  live(): readonly string[];
  close(): void;
}

/** Starts it on a free port. */
export async function startEndlessApp(): Promise<EndlessApp> {
  const live: string[] = [];
  /** Says something until the other side goes. */
  const keep = (name: string, say: () => void, onGone: (listener: () => void) => void): void => {
    live.push(name);
    say();
    const timer = setInterval(say, sayMs);
    onGone(() => {
      clearInterval(timer);
      live.splice(live.indexOf(name), 1);
    });
  };
  const endless = (response: ServerResponse, name: string, words: string): void =>
    keep(
      name,
      () => response.write(words),
      (listener) => response.on("close", listener),
    );
  const server = createServer((request, response) => {
    const [, kind, name] = (request.url ?? "/").split("/");
    if (name === undefined) {
      response
        .writeHead(200, { "content-type": "text/html" })
        .end("<!doctype html><title>Endless</title><h1>Endless</h1>");
    } else if (kind === "events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      endless(response, `events ${name}`, "retry: 200\ndata: on\n\n");
    } else {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      endless(response, `body ${name}`, "on");
    }
  });
  new WebSocketServer({ server }).on("connection", (socket, request) => {
    const name = (request.url ?? "").split("/").at(-1);
    keep(
      `socket ${name}`,
      () => socket.send("on"),
      (listener) => socket.on("close", listener),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    live: () => live.toSorted(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
