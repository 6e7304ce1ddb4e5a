/** WebSockets: an echo of text and binary, and a room in which everybody hears everybody. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

const keptMessages = 50;
const maxMessageBytes = 32 * 1024 * 1024;
const maxTextLength = 2_000;

/** One line of the room. */
export interface Line {
  readonly type: "line";
  readonly from: string;
  readonly text: string;
  readonly timeMs: number;
}

/** Takes upgrades to `/ws/echo` and `/ws/chat` on a server; others are refused. Returns what ends all sockets. */
export function attachSockets(server: Server): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has("echo.v1") ? "echo.v1" : false),
  });
  const room = new Room();
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = new URL(request.url ?? "/", "http://app").pathname;
    if (path !== "/ws/echo" && path !== "/ws/chat") {
      socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (path === "/ws/echo") echo(webSocket);
      else room.join(webSocket);
    });
  });
  return () => {
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}

/** Sends back what comes; `close:<code>:<reason>` makes the server close, so that clients can look at close codes. */
function echo(webSocket: WebSocket): void {
  webSocket.on("message", (data, isBinary) => {
    const close = isBinary ? null : /^close:(\d{4}):(.*)$/s.exec(String(data));
    if (close === null) webSocket.send(data, { binary: isBinary });
    else webSocket.close(Number(close[1]), close[2]);
  });
  webSocket.on("error", () => webSocket.terminate());
}

/** The people of the chat and its last lines. */
class Room {
  readonly #people = new Map<WebSocket, string>();
  readonly #lines: Line[] = [];
  #guests = 0;

  join(webSocket: WebSocket): void {
    this.#guests += 1;
    const name = `Guest ${this.#guests}`;
    this.#people.set(webSocket, name);
    webSocket.send(JSON.stringify({ type: "welcome", name, lines: this.#lines }));
    this.#tellCount();
    webSocket.on("message", (data, isBinary) => {
      const text = String(data).slice(0, maxTextLength).trim();
      if (!isBinary && text !== "") this.#say({ type: "line", from: name, text, timeMs: Date.now() });
    });
    webSocket.on("error", () => webSocket.terminate());
    webSocket.on("close", () => {
      this.#people.delete(webSocket);
      this.#tellCount();
    });
  }

  #say(line: Line): void {
    this.#lines.push(line);
    if (this.#lines.length > keptMessages) this.#lines.shift();
    this.#tellAll(line);
  }

  #tellCount(): void {
    this.#tellAll({ type: "people", count: this.#people.size });
  }

  #tellAll(message: object): void {
    for (const webSocket of this.#people.keys()) webSocket.send(JSON.stringify(message));
  }
}
