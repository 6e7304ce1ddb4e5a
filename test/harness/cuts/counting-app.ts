/**
 * The app that runs while its paths are cut: a page, downloads at a bounded rate, and a WebSocket that counts. Every number
 * is sent once, comes back once, and carries the time at which it was sent.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { hashOfDownload, pour } from "../paced-download.ts";

const countEveryMs = 20;

/** The app, listening. */
export interface CountingApp {
  readonly port: number;
  /** Numbers sent on the one WebSocket that was opened, and how often one was opened. */
  readonly sent: number;
  readonly sockets: number;
  /** Numbers that came back, in the order in which they did. */
  readonly echoed: readonly number[];
  /** SHA-256 of a download of so many bytes, in hex. */
  hashOf(sizeBytes: number): string;
  /** Counts no further. */
  stopCounting(): void;
  close(): void;
}

/** Starts it on a free port of 127.0.0.1. `bytesPerSecond`: of one download. */
export async function startCountingApp({ bytesPerSecond }: { readonly bytesPerSecond: number }): Promise<CountingApp> {
  const echoed: number[] = [];
  let sent = 0;
  let sockets = 0;
  let counting: NodeJS.Timeout | undefined;
  const server = createServer((request, response) => {
    const [, size] = /^\/download\/(\d+)/.exec(request.url ?? "") ?? [];
    if (size !== undefined) pour(response, Number(size), bytesPerSecond);
    else response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><h1>Counting</h1>");
  });
  const count = (socket: WebSocket): void => {
    sockets += 1;
    counting = setInterval(() => {
      socket.send(`${sent} ${Date.now()}`);
      sent += 1;
    }, countEveryMs);
    socket.on("message", (text) => echoed.push(Number(text)));
    socket.on("close", () => clearInterval(counting));
  };
  new WebSocketServer({ server, path: "/counter" }).on("connection", count);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get sent() {
      return sent;
    },
    get sockets() {
      return sockets;
    },
    echoed,
    hashOf: hashOfDownload,
    stopCounting: () => clearInterval(counting),
    close() {
      clearInterval(counting);
      server.closeAllConnections();
      server.close();
    },
  };
}
