/**
 * One WebSocket to the app, over a port of the core: states, counts and events of websockets.spec.whatwg.org.
 * Invariant: events are dispatched in tasks of the port, in the order of its messages, and none follows `close`.
 */
import { type WebSocketToPage, webSocketCreditBytes } from "../ports/page-port.ts";
import { OutgoingMessages } from "./outgoing-messages.ts";
import { utf8Bytes } from "./utf8.ts";

/** readyState's values. */
export const socketStates = { connecting: 0, open: 1, closing: 2, closed: 3 } as const;

/** `target` is the object that the page holds; `origin` stands in message events. */
export interface AppSocketOptions {
  readonly target: EventTarget;
  readonly port: MessagePort;
  readonly url: string;
  readonly origin: string;
  readonly protocols: readonly string[];
}

export class AppSocket {
  readonly url: string;
  readonly extensions = "";
  binaryType: BinaryType = "blob";
  readyState: number = socketStates.connecting;
  protocol = "";
  readonly #options: AppSocketOptions;
  readonly #outgoing: OutgoingMessages;
  #givenBytes = 0;
  #sentBytes = 0;
  #takenBytes = 0;
  #grantedBytes = webSocketCreditBytes;

  constructor(options: AppSocketOptions) {
    this.#options = options;
    this.url = options.url;
    this.#outgoing = new OutgoingMessages(options.port);
    options.port.onmessage = (event: MessageEvent<WebSocketToPage>) => this.#receive(event.data);
  }

  get bufferedAmount(): number {
    return this.#givenBytes - this.#sentBytes;
  }

  /** §3.1 send(): counted even where nothing is sent any more. */
  send(data: string | Blob | BufferSource): void {
    if (this.readyState === socketStates.connecting) {
      throw new DOMException(
        "Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.",
        "InvalidStateError",
      );
    }
    const isOpen = this.readyState === socketStates.open;
    if (data instanceof Blob) {
      this.#givenBytes += data.size;
      const read = data.arrayBuffer().then((buffer) => ({ type: "binary", bytes: new Uint8Array(buffer) }) as const);
      if (isOpen) this.#outgoing.post(read.catch(() => undefined));
    } else if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
      const bytes = copyOf(data);
      this.#givenBytes += bytes.length;
      if (isOpen) this.#outgoing.post({ type: "binary", bytes });
    } else {
      // Lone surrogates become U+FFFD, as in a USVString.
      const text = String(data).toWellFormed();
      this.#givenBytes += utf8Bytes(text);
      if (isOpen) this.#outgoing.post({ type: "text", text });
    }
  }

  /** §3.1 close(): 1005 on the port stands for no code. */
  close(code?: number, reason?: string): void {
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) {
      throw closeError(`The close code ${code} is neither 1000 nor between 3000 and 4999.`, "InvalidAccessError");
    }
    if (reason !== undefined && utf8Bytes(reason) > 123) {
      throw closeError("The reason is longer than 123 UTF-8 bytes.", "SyntaxError");
    }
    if (this.readyState >= socketStates.closing) return;
    const wasConnecting = this.readyState === socketStates.connecting;
    this.readyState = socketStates.closing;
    this.#outgoing.post({ type: "close", code: code ?? (reason === undefined ? 1005 : 1000), reason: reason ?? "" });
    // "Fail the connection": nobody waits for an answer that was never to be had.
    if (wasConnecting) setTimeout(() => this.fail());
  }

  /** The connection is cut: `error`, then `close` with 1006. Idempotent. */
  fail(): void {
    if (this.readyState === socketStates.closed) return;
    this.readyState = socketStates.closed;
    this.#options.port.close();
    this.#dispatch(new Event("error"));
    this.#dispatch(new CloseEvent("close", { code: 1006 }));
  }

  /** The page goes away (RFC 6455 §7.4.1: 1001). No event; a page that comes back calls `fail()`. */
  leave(): void {
    if (this.readyState === socketStates.closed) return;
    if (this.readyState !== socketStates.closing) this.#outgoing.post({ type: "close", code: 1001, reason: "" });
    this.readyState = socketStates.closing;
  }

  #receive(message: WebSocketToPage): void {
    if (this.readyState === socketStates.closed) return;
    switch (message.type) {
      case "open":
        this.#open(message.protocol);
        return;
      case "text":
        this.#deliver(message.text, utf8Bytes(message.text));
        return;
      case "binary":
        this.#deliver(this.#binary(message.bytes), message.bytes.length);
        return;
      case "sent":
        this.#sentBytes = message.bytes;
        return;
      case "failed":
        this.fail();
        return;
      case "close":
        if (!message.wasClean) {
          this.fail();
          return;
        }
        this.readyState = socketStates.closed;
        this.#options.port.close();
        this.#dispatch(new CloseEvent("close", message));
        return;
    }
  }

  #open(protocol: string): void {
    if (this.readyState !== socketStates.connecting) return;
    const { protocols } = this.#options;
    // A server that chose none, or one that was not asked for (RFC 6455 §4.1, as browsers apply it).
    if (protocols.length === 0 ? protocol !== "" : !protocols.includes(protocol)) {
      this.#outgoing.post({ type: "close", code: 1002, reason: "" });
      this.fail();
      return;
    }
    this.readyState = socketStates.open;
    this.protocol = protocol;
    this.#dispatch(new Event("open"));
  }

  /** Messages that come while closing are still dispatched only when open (§4, "a message has been received"). */
  #deliver(data: unknown, sizeBytes: number): void {
    if (this.readyState === socketStates.open) {
      this.#dispatch(new MessageEvent("message", { data, origin: this.#options.origin }));
    }
    this.#takenBytes += sizeBytes;
    const limit = this.#takenBytes + webSocketCreditBytes;
    if (limit - this.#grantedBytes < webSocketCreditBytes / 4) return;
    this.#grantedBytes = limit;
    this.#options.port.postMessage({ type: "credit", limit });
  }

  #binary(bytes: Uint8Array): Blob | ArrayBuffer {
    const isWhole = bytes.byteLength === bytes.buffer.byteLength;
    const buffer = (isWhole ? bytes.buffer : bytes.slice().buffer) as ArrayBuffer;
    return this.binaryType === "blob" ? new Blob([buffer]) : buffer;
  }

  #dispatch(event: Event): void {
    this.#options.target.dispatchEvent(event);
  }
}

/** A copy: what the page does with its own bytes after send() does not count. */
function copyOf(data: BufferSource): Uint8Array<ArrayBuffer> {
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0));
  return new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer);
}

function closeError(message: string, name: string): DOMException {
  return new DOMException(`Failed to execute 'close' on 'WebSocket': ${message}`, name);
}
