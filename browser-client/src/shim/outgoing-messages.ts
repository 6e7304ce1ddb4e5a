/**
 * What a WebSocket sends, in the order of its calls. Invariant: a Blob, whose bytes come later, holds its place, and
 * so does the close behind it.
 */
import type { WebSocketToCore } from "../ports/page-port.ts";

/** A message, or one that is still being read. */
type Outgoing = WebSocketToCore | Promise<WebSocketToCore | undefined>;

export class OutgoingMessages {
  readonly #port: MessagePort;
  readonly #waiting: Outgoing[] = [];
  #isRunning = false;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Posts a message after all before it. Binary bytes are taken away; a promise of undefined posts nothing. */
  post(message: Outgoing): void {
    if (!this.#isRunning && !(message instanceof Promise)) {
      this.#give(message);
      return;
    }
    this.#waiting.push(message);
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const message = await next;
      if (message !== undefined) this.#give(message);
    }
    this.#isRunning = false;
  }

  #give(message: WebSocketToCore): void {
    this.#port.postMessage(message, message.type === "binary" ? [message.bytes.buffer as ArrayBuffer] : []);
  }
}
