/**
 * A WebSocket with our manners: JSON text for control, bytes with a bound on what waits, one way to fail.
 * Invariant: after `fail` or `close` nothing is sent and no message is handed on.
 */
import { type Code, codes } from "@culvert/protocol";
import type { RawData, WebSocket } from "ws";
import { serverLimits } from "../limits.ts";

/** RFC 6455 §7.4.1. */
export const closeCodes = { normal: 1000, goingAway: 1001, policy: 1008 } as const;

/** How a connection ended: the other side said goodbye, it broke off, or it was cut here because nobody answered. */
export type SocketEnd = "goodbye" | "broken" | "silent";

/** What a socket hands on. `onClose` comes once, last. */
export interface JsonSocketEvents {
  onJson(message: unknown): void;
  onBytes(bytes: Uint8Array): void;
  onClose(end: SocketEnd): void;
}

export class JsonSocket {
  readonly #socket: WebSocket;
  #answersPings = true;
  #isCut = false;

  constructor(socket: WebSocket, events: JsonSocketEvents) {
    this.#socket = socket;
    socket.on("message", (data, isBinary) => {
      if (!this.isOpen) return;
      if (isBinary) events.onBytes(bytesOf(data));
      else events.onJson(parse(bytesOf(data)));
    });
    socket.on("pong", () => {
      this.#answersPings = true;
    });
    // A fault of the connection is followed by close, which says all that matters here.
    socket.on("error", () => undefined);
    socket.on("close", (code) => {
      const isGoodbye = code === closeCodes.normal || code === closeCodes.goingAway;
      if (this.#isCut) events.onClose("silent");
      else events.onClose(isGoodbye ? "goodbye" : "broken");
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Queues a message; cuts the socket where so much waits already that its reader must be gone. */
  send(message: object): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > serverLimits.socketQueueBytes) this.#cut();
    else this.#socket.send(JSON.stringify(message));
  }

  /** Queues bytes; false, queuing nothing, where more than `maxQueuedBytes` would wait. */
  sendBytes(bytes: Uint8Array, maxQueuedBytes: number): boolean {
    if (!this.isOpen) return true;
    if (this.#socket.bufferedAmount + bytes.length > maxQueuedBytes) return false;
    this.#socket.send(bytes);
    return true;
  }

  /** Sends `error` and closes; the socket is cut where the other side does not close in turn. */
  fail(code: Code, message: string, hint?: string): void {
    this.send({ type: "error", code, message, hint: hint ?? codes[code].hint });
    this.close(closeCodes.policy, code);
  }

  close(closeCode: number, reason = ""): void {
    if (this.isOpen) this.#socket.close(closeCode, reason);
  }

  /** Asks for a sign of life; cuts the socket where the last question went unanswered. */
  ping(): void {
    if (!this.#answersPings) {
      this.#cut();
    } else if (this.isOpen) {
      this.#answersPings = false;
      this.#socket.ping();
    }
  }

  #cut(): void {
    this.#isCut = true;
    this.#socket.terminate();
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function parse(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch {
    return undefined;
  }
}
