/**
 * A path over the viewer's WebSocket to signaling, once it is joined to an agent.
 * Invariant: no more sealed bytes leave than the agent has granted (SPEC.md §Signaling); a sender beyond that is cut.
 */
import { type Code, limits, TunnelError } from "@culvert/protocol";
import { type Clock, type Path, type PathHandlers, RelayCredit } from "@culvert/protocol/endpoint";
import { relayEnvelope } from "@culvert/protocol/signaling";
import { PathInbox } from "../webrtc/path-inbox.ts";
import { ownedBytes } from "./owned-bytes.ts";

/** What of a WebSocket a relay path uses. */
export interface RelaySocket {
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** A WebSocket tells nothing when its queue shrinks, so it is asked. */
const drainPollMs = 20;

/** The relay path of one joined socket. Its owner feeds it what the socket receives. */
export class RelayPath implements Path {
  readonly kind = "relay";
  readonly maxMessageBytes = limits.relayMessageBytes;
  readonly queueBytes = limits.relayCreditBytes;
  readonly #socket: RelaySocket;
  readonly #relayId: number;
  readonly #clock: Clock;
  readonly #inbox = new PathInbox();
  /** Messages that wait for credit. */
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #sentBytes = 0;
  #sendLimit: number = limits.relayCreditBytes;
  readonly #given = new RelayCredit();
  #cancelPoll: (() => void) | undefined;

  constructor(socket: RelaySocket, relayId: number, clock: Clock) {
    this.#socket = socket;
    this.#relayId = relayId;
    this.#clock = clock;
  }

  bufferedBytes(): number {
    return this.#waitingBytes + this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    if (message.length > this.maxMessageBytes) {
      throw new TunnelError(
        "limit-reached",
        `a message of ${message.length} bytes; ${this.maxMessageBytes} are allowed`,
        {
          scope: "path",
        },
      );
    }
    if (this.#inbox.finished) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    this.#flush();
    this.#watchDrain();
  }

  attach(handlers: PathHandlers): void {
    this.#inbox.attach(handlers);
  }

  taken(byteCount: number): void {
    const limitBytes = this.#inbox.finished ? undefined : this.#given.take(byteCount);
    if (limitBytes === undefined) return;
    const envelope = this.#envelope(relayEnvelope.credit, 8);
    new DataView(envelope.buffer).setBigUint64(relayEnvelope.headerBytes, BigInt(limitBytes));
    this.#socket.send(envelope);
  }

  close(_code: Code, reason: string): void {
    if (!this.#inbox.closeLocally()) return;
    this.#release();
    this.#socket.close(1000, reason.slice(0, 40));
  }

  /** Takes a binary message of the socket: sealed bytes or credit, of this relayId. Others are ignored. */
  receive(envelope: Uint8Array): void {
    if (envelope.length < relayEnvelope.headerBytes) return;
    const view = new DataView(envelope.buffer, envelope.byteOffset, envelope.byteLength);
    if (view.getUint32(1) !== this.#relayId) return;
    if (view.getUint8(0) === relayEnvelope.credit && envelope.length >= relayEnvelope.headerBytes + 8) {
      this.#sendLimit = Math.max(this.#sendLimit, Number(view.getBigUint64(relayEnvelope.headerBytes)));
      this.#flush();
      this.#watchDrain();
    } else if (view.getUint8(0) === relayEnvelope.data) {
      const message = envelope.subarray(relayEnvelope.headerBytes);
      if (this.#given.receive(message.length)) this.#inbox.receive(message);
      else this.#cut();
    }
  }

  /** The socket closed, or the agent left. */
  lost(code: Code, reason: string): void {
    this.#release();
    this.#inbox.closeRemotely(code, reason);
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#sentBytes + next.length > this.#sendLimit) return;
      this.#waiting.shift();
      this.#waitingBytes -= next.length;
      this.#sentBytes += next.length;
      const envelope = this.#envelope(relayEnvelope.data, next.length);
      envelope.set(next, relayEnvelope.headerBytes);
      this.#socket.send(ownedBytes(envelope));
    }
  }

  /** Calls the handlers' onDrain once the queue has fallen to half, asking again while the socket holds bytes. */
  #watchDrain(): void {
    if (this.#cancelPoll !== undefined || this.bufferedBytes() === 0) return;
    this.#cancelPoll = this.#clock.setTimer(drainPollMs, () => {
      this.#cancelPoll = undefined;
      if (this.bufferedBytes() <= this.queueBytes / 2) this.#inbox.drained();
      else if (!this.#inbox.finished) this.#watchDrain();
    });
  }

  /** The other side sent beyond its credit. */
  #cut(): void {
    this.#release();
    this.#socket.close(1000, "beyond the credit");
    this.#inbox.closeRemotely("protocol-error", "the other side sent beyond the relay's credit");
  }

  #envelope(type: number, payloadBytes: number): Uint8Array<ArrayBuffer> {
    const envelope = new Uint8Array(relayEnvelope.headerBytes + payloadBytes);
    envelope[0] = type;
    new DataView(envelope.buffer).setUint32(1, this.#relayId);
    return envelope;
  }

  #release(): void {
    this.#cancelPoll?.();
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }
}
