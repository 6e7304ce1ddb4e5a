/** An open WebSocket on a stream, the same on both sides: whole messages both ways, then a close (RFC 6455 §7). */
import type { Code } from "../codes.ts";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { TunnelError } from "../errors.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import { type WebSocketClose, webSocketCloseSchema } from "./heads.ts";
import type { RecordReader } from "./record-reader.ts";
import { misplaced, readObject } from "./record-values.ts";
import type { RecordWriter } from "./record-writer.ts";
import { failed, orReset, takeEnd } from "./stream-finish.ts";

/** What comes in: messages in order, then one close. */
export type WebSocketEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly bytes: Uint8Array }
  | { readonly type: "close"; readonly close: WebSocketClose };

/** No close record came before END: the connection was cut (RFC 6455 §7.1.5). */
const cut: WebSocketClose = { code: 1006, reason: "" };

/** Both peers' view of a WebSocket once it was accepted. */
export class WebSocketChannel {
  readonly stream: ByteStream;
  readonly #records: RecordReader;
  readonly #writer: RecordWriter;
  #closeSent = false;
  #closeReceived: WebSocketClose | null = null;

  constructor(stream: ByteStream, records: RecordReader, writer: RecordWriter) {
    this.stream = stream;
    this.#records = records;
    this.#writer = writer;
  }

  /** Sends one text message; resolves when it is inside the peer's window. Rejects with `closed` after `close`. */
  sendText(text: string): Promise<void> {
    return this.#send("text", encodeUtf8(text));
  }

  /** Sends one binary message. The bytes must not be changed after. */
  sendBinary(bytes: Uint8Array): Promise<void> {
    return this.#send("binary", bytes);
  }

  /**
   * The next message, or the close after the last one (again on every later call); one call at a time. END without a
   * close record reads as code 1006. Rejects as the stream does, and with `limit-reached` for a message that is too long.
   */
  async receive(): Promise<WebSocketEvent> {
    if (this.#closeReceived !== null) return { type: "close", close: this.#closeReceived };
    return orReset(this.stream, this.#next());
  }

  /** Sends a close and ends this direction; messages sent before still arrive. Idempotent: the first one counts. */
  async close(close: WebSocketClose): Promise<void> {
    if (this.#closeSent) return;
    this.#closeSent = true;
    await this.#writer.endWith("close", close);
  }

  /** Drops both directions at once: the peer's `receive` rejects with the code. Idempotent. */
  abort(code: Code): void {
    this.stream.reset(code);
  }

  async #next(): Promise<WebSocketEvent> {
    const part = await this.#records.next();
    if (part === null) return this.#receiveClose(cut);
    if (part.type === "data") throw misplaced(part, "a message");
    switch (part.name) {
      case "text":
        return { type: "text", text: decodeUtf8(part.bytes) };
      case "binary":
        return { type: "binary", bytes: part.bytes };
      case "close":
        takeEnd(this.stream, this.#records);
        return this.#receiveClose(readObject(webSocketCloseSchema, "close", part.bytes));
      case "failure":
        throw failed(this.stream, part.bytes);
      default:
        throw misplaced(part, "a message");
    }
  }

  #receiveClose(close: WebSocketClose): WebSocketEvent {
    this.#closeReceived = close;
    return { type: "close", close };
  }

  async #send(name: "text" | "binary", bytes: Uint8Array): Promise<void> {
    if (this.#closeSent) throw new TunnelError("closed", "the WebSocket is closed", { scope: "stream" });
    await this.#writer.write(name, bytes);
  }
}
