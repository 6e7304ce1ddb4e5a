/**
 * One WebSocket between a viewer's stream and a target, over ws.
 * Invariant: messages keep their order and kind; at most one read of the target's socket waits for a slow viewer.
 */
import { codes, limits, TunnelError } from "@culvert/protocol";
import type { Failure, HeaderList, ReceivedWebSocket, WebSocketChannel, WebSocketClose } from "@culvert/protocol/http";
import { WebSocket } from "ws";
import { plainBytes } from "../bytes/plain-bytes.ts";
import { pairsOf, recordOf } from "./raw-headers.ts";
import type { TargetAddress } from "./target-address.ts";
import { openConnection } from "./target-connection.ts";
import { targetFailure } from "./target-failure.ts";

const handshakeTimeoutMs = 30_000;

export interface WebSocketExchangeOptions {
  readonly address: TargetAddress;
  /** Request headers as the target gets them; those of the handshake itself are ws's. */
  readonly headers: HeaderList;
  /** Headers of the target's answer as the viewer gets them. */
  mapAnswer(headers: HeaderList): HeaderList;
}

/** Joins both sides. Resolves when both are closed; never rejects. */
export async function runWebSocketExchange(
  request: ReceivedWebSocket,
  options: WebSocketExchangeOptions,
): Promise<void> {
  const { stream } = request;
  const socket = await openSocket(request, options);
  if (socket === undefined) return;
  stream.closed.catch(() => socket.terminate());
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  socket.on("error", () => {});
  const channel = await accepted(socket, request, options);
  if (channel !== undefined) await Promise.all([fromTarget(socket, channel), toTarget(socket, channel)]);
  await closed;
}

/** A ws client on a fresh connection; undefined after a failure was told. */
async function openSocket(
  request: ReceivedWebSocket,
  { address, headers }: WebSocketExchangeOptions,
): Promise<WebSocket | undefined> {
  const { stream, head } = request;
  const fail = (failure: Failure) => request.fail(failure).catch(() => {});
  const connecting = openConnection(address, { protocols: ["http/1.1"] });
  // A viewer that gives up meanwhile leaves no connection behind.
  stream.closed.catch(() => connecting.then((connection) => connection.destroy()).catch(() => {}));
  const connection = await connecting.catch((thrown: unknown) => fail(targetFailure(thrown, address.place)));
  if (connection === undefined) return undefined;
  const own = headers.filter(([name]) => !name.toLowerCase().startsWith("sec-websocket-"));
  try {
    return new WebSocket(`ws://${address.authority}${head.path}`, head.protocols, {
      headers: recordOf(own),
      perMessageDeflate: false,
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: limits.webSocketMessageBytes,
      createConnection: () => connection,
      // The URL's path was normalised on its way; what was checked is what is sent.
      finishRequest: (outgoing) => {
        outgoing.path = head.path;
        outgoing.end();
      },
    });
  } catch (thrown) {
    connection.destroy();
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    await fail({ code: "invalid-request", message: words, hint: codes["invalid-request"].hint });
    return undefined;
  }
}

/** The viewer's channel once the target upgraded; undefined after a refusal or a failure was told. */
function accepted(
  socket: WebSocket,
  request: ReceivedWebSocket,
  options: WebSocketExchangeOptions,
): Promise<WebSocketChannel | undefined> {
  return new Promise((resolve) => {
    let headers: HeaderList = [];
    const onError = (error: Error) => {
      request.fail(targetFailure(error, options.address.place)).catch(() => {});
      resolve(undefined);
    };
    socket.once("error", onError);
    socket.once("upgrade", (answer) => {
      headers = options.mapAnswer(pairsOf(answer.rawHeaders));
    });
    socket.once("open", () => {
      socket.off("error", onError);
      // Messages may follow in this very turn: they wait until somebody listens.
      socket.pause();
      resolve(request.accept({ protocol: socket.protocol, headers }));
    });
    socket.once("unexpected-response", (_outgoing, answer) => {
      socket.off("error", onError);
      const status = answer.statusCode ?? 502;
      const refusal = { status, statusText: answer.statusMessage ?? "", headers: pairsOf(answer.rawHeaders) };
      request.refuse({ ...refusal, headers: options.mapAnswer(refusal.headers) }).catch(() => {});
      socket.terminate();
      resolve(undefined);
    });
  });
}

/** Target → viewer: each message waits for the one before; the socket is paused while one waits. */
function fromTarget(socket: WebSocket, channel: WebSocketChannel): Promise<void> {
  return new Promise((resolve) => {
    let waiting = 0;
    const give = (sent: Promise<void>) => {
      waiting += 1;
      socket.pause();
      const settle = () => {
        waiting -= 1;
        if (waiting === 0) socket.resume();
      };
      // A stream that takes no more is reset: `closed` ends the socket.
      sent.then(settle, settle);
    };
    socket.on("message", (data: Buffer, isBinary) => {
      give(isBinary ? channel.sendBinary(plainBytes(data)) : channel.sendText(data.toString("utf8")));
    });
    socket.once("close", (code, reason) => {
      const close: WebSocketClose = { code, reason: reason.toString("utf8") };
      channel.close(close).then(resolve, () => resolve());
    });
    socket.resume();
  });
}

/** Viewer → target, one message at a time: ws calls back when the system has taken it. */
async function toTarget(socket: WebSocket, channel: WebSocketChannel): Promise<void> {
  try {
    for (;;) {
      const event = await channel.receive();
      if (event.type === "close") {
        closeSocket(socket, event.close);
        return;
      }
      await send(socket, event.type === "text" ? event.text : event.bytes);
    }
  } catch (thrown) {
    channel.abort(TunnelError.from(thrown).code);
    socket.terminate();
  }
}

/** 1005 and 1006 stand for "none" and "cut" and are never sent (RFC 6455 §7.4.1). */
function closeSocket(socket: WebSocket, { code, reason }: WebSocketClose): void {
  if (code === 1006) socket.terminate();
  else if (code === 1005) socket.close();
  else socket.close(code, reason);
}

function send(socket: WebSocket, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== WebSocket.OPEN) resolve();
    else socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
}
