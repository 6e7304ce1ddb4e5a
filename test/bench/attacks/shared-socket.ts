/**
 * One agent's socket for two stages: relays of the second one are numbered from far above, so that it can live in a thread
 * of its own and what it costs is not taken for the agent's.
 */
import type { MessagePort } from "node:worker_threads";
import type { PeerSocket, PeerSocketHandlers } from "../../../protocol/conformance/src/stand-in-server.ts";

const firstFarRelay = 1 << 20;

/** What goes between the threads. */
export type SocketMessage =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "bytes"; readonly bytes: Uint8Array };

/** The socket as the near stage has it; what belongs to the far one goes through the port. */
export function shareSocket(socket: PeerSocket, far: MessagePort): PeerSocket {
  let near: PeerSocketHandlers | undefined;
  socket.listen({
    onText(text) {
      const { relayId } = JSON.parse(text) as { relayId?: number };
      if (relayId !== undefined && relayId >= firstFarRelay)
        far.postMessage({ type: "text", text } satisfies SocketMessage);
      else near?.onText(text);
    },
    onBytes(bytes) {
      if (relayOf(bytes) >= firstFarRelay) far.postMessage({ type: "bytes", bytes } satisfies SocketMessage);
      else near?.onBytes(bytes);
    },
    onClose: () => near?.onClose(),
  });
  far.on("message", (message: SocketMessage) => {
    if (message.type === "text") socket.tell(JSON.parse(message.text));
    else socket.sendBytes(message.bytes);
  });
  return {
    listen: (handlers) => {
      near = handlers;
    },
    tell: (message) => socket.tell(message),
    sendBytes: (bytes) => socket.sendBytes(bytes),
    close: () => {},
  };
}

/** The far stage's socket, over the port. */
export function farSocket(port: MessagePort): PeerSocket {
  return {
    listen(handlers) {
      port.on("message", (message: SocketMessage) => {
        if (message.type === "bytes") {
          handlers.onBytes(withRelay(message.bytes, -firstFarRelay));
          return;
        }
        const told = JSON.parse(message.text) as { relayId: number };
        handlers.onText(JSON.stringify({ ...told, relayId: told.relayId - firstFarRelay }));
      });
    },
    tell(message) {
      const { relayId } = message as { relayId: number };
      const text = JSON.stringify({ ...message, relayId: relayId + firstFarRelay });
      port.postMessage({ type: "text", text } satisfies SocketMessage);
    },
    sendBytes(bytes) {
      port.postMessage({ type: "bytes", bytes: withRelay(bytes, firstFarRelay) } satisfies SocketMessage);
    },
    close: () => {},
  };
}

function relayOf(envelope: Uint8Array): number {
  return new DataView(envelope.buffer, envelope.byteOffset).getUint32(1);
}

/** A copy whose relay is another one. */
function withRelay(envelope: Uint8Array, by: number): Uint8Array {
  const copy = new Uint8Array(envelope);
  new DataView(copy.buffer).setUint32(1, relayOf(envelope) + by);
  return copy;
}
