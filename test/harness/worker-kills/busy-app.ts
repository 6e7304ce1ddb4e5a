/**
 * An app that is always busy: documents, bodies and files that come slowly in parts, events and a WebSocket that count.
 * Invariant: every body says by its address how long it is and what is in it, so that a short one is known for what it is.
 */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { byteAt, runBusyPage, sizeOf } from "./busy-page.ts";

const partBytes = 16 * 1024;
const partMs = 25;
const countMs = 20;
const documentParts = 20;

/** The app, listening on 127.0.0.1. */
export interface BusyApp {
  readonly port: number;
  close(): void;
}

/** Starts it on a free port. */
export async function startBusyApp(): Promise<BusyApp> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://app");
    const [, kind, number = "0"] = pathname.split("/");
    // Half of the bodies say how long they are; the others are chunked, so that their end alone tells.
    const hasLength = Number(number) % 2 === 0;
    switch (kind) {
      case "body":
      case "file":
        response.setHeader("content-type", "application/octet-stream");
        if (hasLength) response.setHeader("content-length", sizeOf(Number(number)));
        if (kind === "file") response.setHeader("content-disposition", `attachment; filename="${number}.bin"`);
        sendParts(response, partsOf(contentOf(Number(number))));
        return;
      case "document":
        response.setHeader("content-type", "text/html");
        sendParts(response, documentOf(number));
        return;
      case "events":
        response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
        sendEvents(response, Number(request.headers["last-event-id"] ?? searchParams.get("after") ?? 0));
        return;
      default:
        response.writeHead(200, { "content-type": "text/html" }).end(busyDocument);
    }
  });
  new WebSocketServer({ server, path: "/numbers" }).on("connection", (socket) => {
    let number = 0;
    const timer = setInterval(() => {
      socket.send(String(number));
      number += 1;
    }, countMs);
    socket.on("close", () => clearInterval(timer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The body of this number. */
export function contentOf(number: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: sizeOf(number) }, (_, index) => byteAt(number, index)));
}

const busyDocument = `<!doctype html><meta charset="utf-8"><title>Busy</title><h1>Busy</h1>
<script>const sizeOf = ${sizeOf}; const byteAt = ${byteAt}; (${runBusyPage})();</script>`;

/** A document that tells the page around it that its end was reached, and that it was told to be complete. */
function documentOf(number: string): Buffer[] {
  const filling = `<p>${"filling ".repeat(100)}</p>`;
  return [
    Buffer.from(`<!doctype html><title>${number}</title>
      <script>addEventListener("load", () => parent.busy.documentLoaded(${number}));</script>`),
    ...Array.from({ length: documentParts }, () => Buffer.from(filling)),
    Buffer.from(`<script>parent.busy.documentEnded(${number});</script>`),
  ];
}

function partsOf(content: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < content.length; offset += partBytes)
    parts.push(content.subarray(offset, offset + partBytes));
  return parts;
}

function sendParts(response: ServerResponse, parts: readonly Buffer[]): void {
  let next = 0;
  const timer = setInterval(() => {
    const part = parts[next];
    next += 1;
    if (part !== undefined) response.write(part);
    else response.end();
  }, partMs);
  response.on("close", () => clearInterval(timer));
}

/** Events from the one after `last` on, numbered by their ids. */
function sendEvents(response: ServerResponse, last: number): void {
  let id = last;
  response.write("retry: 100\n\n");
  const timer = setInterval(() => {
    id += 1;
    response.write(`id: ${id}\ndata: ${id}\n\n`);
  }, countMs);
  response.on("close", () => clearInterval(timer));
}
