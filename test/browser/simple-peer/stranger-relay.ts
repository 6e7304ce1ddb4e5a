/** A relay path as a stranger writes it from SPEC.md §Signaling: one join by ticket, then sealed messages and credit. */
import { limits, protocolVersions, TunnelError } from "@culvert/protocol";
import type { Path, PathHandlers } from "@culvert/protocol/endpoint";
import { relayEnvelope, toViewerSchema } from "@culvert/protocol/signaling";

/** Joins the session's agent. Rejects with signaling's words. */
export function joinRelay(signalingUrl: string, signalingTicket: string): Promise<Path> {
  const socket = new WebSocket(signalingUrl);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => socket.send(JSON.stringify({ type: "join", versions: protocolVersions, signalingTicket }));
  return new Promise((resolve, reject) => {
    socket.onclose = ({ code, reason }) => reject(new TunnelError("network", `signaling closed: ${code} ${reason}`));
    socket.onmessage = ({ data }) => {
      const message = toViewerSchema.parse(JSON.parse(String(data)));
      if (message.type === "joined") resolve(new StrangerRelay(socket, message.relayId));
      else if (message.type !== "ice-servers")
        reject(new TunnelError(message.code, message.type === "error" ? message.message : "the agent left"));
    };
  });
}

class StrangerRelay implements Path {
  readonly kind = "relay";
  readonly maxMessageBytes = limits.relayMessageBytes;
  readonly queueBytes = limits.relayCreditBytes;
  readonly #socket: WebSocket;
  readonly #relayId: number;
  readonly #waiting: Uint8Array[] = [];
  readonly #early: Uint8Array[] = [];
  #handlers: PathHandlers | undefined;
  #sentBytes = 0;
  #sendLimit: number = limits.relayCreditBytes;
  #receivedBytes = 0;

  constructor(socket: WebSocket, relayId: number) {
    this.#socket = socket;
    this.#relayId = relayId;
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.#receive(data);
    };
    socket.onclose = () => this.#handlers?.onClose("network", "signaling closed the socket");
  }

  bufferedBytes(): number {
    return this.#waiting.reduce((sum, message) => sum + message.length, 0);
  }

  send(message: Uint8Array): void {
    this.#waiting.push(message);
    this.#flush();
  }

  attach(handlers: PathHandlers): void {
    this.#handlers = handlers;
    for (const message of this.#early) handlers.onMessage(message);
  }

  close(): void {
    this.#socket.onclose = null;
    this.#socket.close();
  }

  #receive(envelope: ArrayBuffer): void {
    const view = new DataView(envelope);
    if (view.getUint8(0) === relayEnvelope.credit) {
      this.#sendLimit = Number(view.getBigUint64(relayEnvelope.headerBytes));
      this.#flush();
      this.#handlers?.onDrain();
      return;
    }
    const message = new Uint8Array(envelope, relayEnvelope.headerBytes);
    this.#receivedBytes += message.length;
    const credit = this.#envelope(relayEnvelope.credit, 8);
    const limitBytes = BigInt(this.#receivedBytes + limits.relayCreditBytes);
    new DataView(credit.buffer).setBigUint64(relayEnvelope.headerBytes, limitBytes);
    this.#socket.send(credit);
    if (this.#handlers === undefined) this.#early.push(message);
    else this.#handlers.onMessage(message);
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#sentBytes + next.length > this.#sendLimit) return;
      this.#waiting.shift();
      this.#sentBytes += next.length;
      const envelope = this.#envelope(relayEnvelope.data, next.length);
      envelope.set(next, relayEnvelope.headerBytes);
      this.#socket.send(envelope);
    }
  }

  #envelope(type: number, bodyBytes: number): Uint8Array<ArrayBuffer> {
    const envelope = new Uint8Array(relayEnvelope.headerBytes + bodyBytes);
    envelope[0] = type;
    new DataView(envelope.buffer).setUint32(1, this.#relayId);
    return envelope;
  }
}
