/** A WebSocket to signaling as agent and Node viewer use it, and its one implementation over ws. */
import { limits } from "@culvert/protocol";
import { WebSocket } from "ws";
import { plainBytes } from "../bytes/plain-bytes.ts";
import { localhostLookup } from "./localhost-lookup.ts";
import { networkReason } from "./network-words.ts";

const handshakeTimeoutMs = 10_000;
/** A connection that brings nothing for so long is asked for a sign of life, and cut at the next turn without one. */
const pingMs = 20_000;

/** What a socket tells. Nothing is called after `onClose`. */
export interface MessageSocketEvents {
  onOpen(): void;
  onText(text: string): void;
  /** The bytes are the handler's. */
  onBytes(bytes: Uint8Array): void;
  /** The socket is gone, or never came to be; `reason` in words. `status`: the HTTP answer that refused the upgrade. */
  onClose(reason: string, status?: number): void;
}

/** A socket that was asked for; it may not be open yet. */
export interface MessageSocket {
  sendText(text: string): void;
  /** `onFlushed` when the system has taken it, or when the socket is gone. */
  sendBytes(bytes: Uint8Array, onFlushed: () => void): void;
  /** Says goodbye; `onClose` follows. Idempotent. */
  close(): void;
}

/** Opens a socket; `headers` go with the upgrade. */
export type OpenSocket = (
  url: string,
  events: MessageSocketEvents,
  headers?: Readonly<Record<string, string>>,
) => MessageSocket;

/** A socket over ws: no compression, bounded messages, `*.localhost` on this machine. */
export const openMessageSocket: OpenSocket = (url, events, headers = {}) => {
  const socket = new WebSocket(url, {
    headers: { ...headers },
    perMessageDeflate: false,
    maxPayload: limits.signalingPayloadBytes,
    handshakeTimeout: handshakeTimeoutMs,
    lookup: localhostLookup,
  });
  let reason = "the connection was closed";
  let status: number | undefined;
  let isAlive = true;
  const pinging = setInterval(() => {
    if (!isAlive) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) socket.ping();
    isAlive = false;
  }, pingMs);
  const live = () => {
    isAlive = true;
  };
  socket.on("open", () => {
    live();
    events.onOpen();
  });
  socket.on("ping", live);
  socket.on("pong", live);
  socket.on("message", (data: Buffer, isBinary) => {
    live();
    if (isBinary) events.onBytes(plainBytes(data));
    else events.onText(data.toString("utf8"));
  });
  socket.on("unexpected-response", (_outgoing, answer) => {
    status = answer.statusCode;
    reason = `it answers with status ${status}`;
    socket.terminate();
  });
  socket.on("error", (error) => {
    if (status === undefined) reason = networkReason(error);
  });
  socket.on("close", () => {
    clearInterval(pinging);
    events.onClose(reason, status);
  });
  return {
    sendText(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    sendBytes(bytes, onFlushed) {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes, { binary: true }, () => onFlushed());
      else onFlushed();
    },
    close() {
      if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
      else socket.close();
    },
  };
};
