/** A WebSocket whose messages can be awaited one by one. */
import { WebSocket } from "ws";

/** What a socket got: JSON, bytes, or its end. */
export type Received =
  | { readonly kind: "json"; readonly message: Record<string, unknown> }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "closed"; readonly closeCode: number; readonly reason: string };

export class SocketInbox {
  readonly socket: WebSocket;
  readonly #received: Received[] = [];
  readonly #waiting: ((received: Received) => void)[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer, isBinary) => {
      this.#take(
        isBinary ? { kind: "bytes", bytes: data } : { kind: "json", message: JSON.parse(data.toString("utf8")) },
      );
    });
    socket.on("close", (closeCode, reason) => this.#take({ kind: "closed", closeCode, reason: reason.toString() }));
  }

  /** Connects; rejects with the HTTP answer where the upgrade is refused. */
  static open(
    port: number,
    path: string,
    headers: Record<string, string>,
    protocols: readonly string[] = [],
  ): Promise<SocketInbox> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols], { headers });
    const inbox = new SocketInbox(socket);
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(inbox));
      socket.once("error", reject);
      socket.once("unexpected-response", (_request, response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          reject(Object.assign(new Error("refused"), { status: response.statusCode, body: JSON.parse(body) }));
        });
      });
    });
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.send(bytes);
  }

  /** The next thing, in order. */
  next(): Promise<Received> {
    const received = this.#received.shift();
    if (received !== undefined) return Promise.resolve(received);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next thing, which must be JSON of this type. */
  async nextMessage(type: string): Promise<Record<string, unknown>> {
    const received = await this.next();
    if (received.kind === "json" && received.message.type === type) return received.message;
    throw new Error(`wanted ${type}, got ${JSON.stringify(received)}`);
  }

  /** The next thing, which must be bytes. */
  async nextBytes(): Promise<Uint8Array> {
    const received = await this.next();
    if (received.kind === "bytes") return received.bytes;
    throw new Error(`wanted bytes, got ${JSON.stringify(received)}`);
  }

  /** The end of the socket; what came before it is dropped. */
  async closed(): Promise<{ closeCode: number; reason: string }> {
    for (;;) {
      const received = await this.next();
      if (received.kind === "closed") return received;
    }
  }

  close(): void {
    this.socket.close(1000);
  }

  #take(received: Received): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#received.push(received);
    else waiting(received);
  }
}
