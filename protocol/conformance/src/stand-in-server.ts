/**
 * The listener that stands in for signaling: enrolment and sessions over HTTP, agents' and viewers' WebSockets.
 * It knows nothing of cases; a stage takes what it brings.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { limits } from "@culvert/protocol";
import { type WebSocket, WebSocketServer } from "ws";

/** A POST with a JSON body; `answer` sends the JSON that comes back. */
export interface ApiCall {
  readonly path: string;
  readonly body: unknown;
  answer(status: number, value: object): void;
}

/** What connects. */
export interface StandInEvents {
  onApiCall(call: ApiCall): void;
  /** `host`: the Host that the peer meant to reach. */
  onAgent(socket: PeerSocket, host: string): void;
  onViewer(socket: PeerSocket): void;
}

/** What a socket brings. */
export interface PeerSocketHandlers {
  onText(text: string): void;
  onBytes(bytes: Uint8Array): void;
  onClose(): void;
}

/** A peer's WebSocket. */
export interface PeerSocket {
  listen(handlers: PeerSocketHandlers): void;
  tell(message: object): void;
  sendBytes(bytes: Uint8Array): void;
  close(): void;
}

/** The listener; `port` is the one that it got. */
export interface StandInServer {
  readonly port: number;
  stop(): Promise<void>;
}

const agentPath = "/api/signaling/agent";
const viewerPath = "/api/signaling/viewer";
const mostBodyBytes = 64 * 1024;

/** Listens. Rejects where the address cannot be listened on. */
export async function startStandIn(host: string, port: number, events: StandInEvents): Promise<StandInServer> {
  const sockets = new WebSocketServer({
    ...{ noServer: true, perMessageDeflate: false, maxPayload: limits.signalingPayloadBytes },
  });
  const server: Server = createServer((request, response) => void answerCall(request, response, events));
  server.on("upgrade", (request, socket, head) => {
    const path = new URL(request.url ?? "/", "http://any").pathname;
    if (path !== agentPath && path !== viewerPath) {
      socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const peer = peerSocket(webSocket);
      if (path === agentPath) events.onAgent(peer, request.headers.host ?? "");
      else events.onViewer(peer);
    });
  });
  server.listen(port, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answerCall(request: IncomingMessage, response: ServerResponse, events: StandInEvents): Promise<void> {
  const answer = (status: number, value: object): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > mostBodyBytes) return void answer(413, {});
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  const path = new URL(request.url ?? "/", "http://any").pathname;
  if (request.method === "POST") events.onApiCall({ path, body, answer });
  else answer(404, { error: { code: "not-found", message: `the kit has no ${path}`, hint: "" } });
}

function peerSocket(webSocket: WebSocket): PeerSocket {
  const early: (string | Uint8Array)[] = [];
  let handlers: PeerSocketHandlers | undefined;
  const hand = (message: string | Uint8Array): void => {
    if (handlers === undefined) early.push(message);
    else if (typeof message === "string") handlers.onText(message);
    else handlers.onBytes(message);
  };
  webSocket.on("message", (data: Buffer, isBinary) => hand(isBinary ? new Uint8Array(data) : data.toString("utf8")));
  webSocket.on("error", () => {});
  webSocket.on("close", () => handlers?.onClose());
  return {
    listen(given) {
      handlers = given;
      for (const message of early.splice(0)) hand(message);
      if (webSocket.readyState === webSocket.CLOSED) given.onClose();
    },
    tell: (message) => webSocket.send(JSON.stringify(message)),
    sendBytes: (bytes) => webSocket.send(bytes),
    close: () => webSocket.close(),
  };
}
