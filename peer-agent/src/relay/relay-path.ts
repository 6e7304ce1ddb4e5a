/** A relay as a path: one viewer's share of a signaling socket, on either side of it. */
import { type Code, limits } from "@culvert/protocol";
import { relayEnvelope } from "@culvert/protocol/signaling";
import { ChannelPath } from "../paths/channel-path.ts";
import { RelayChannel } from "./relay-channel.ts";

/** A signaling socket as relays use it. */
export interface EnvelopeSocket {
  /** Sends one binary message; `onFlushed` when it has left this process. */
  send(envelope: Uint8Array, onFlushed: () => void): void;
}

export interface RelayPathOptions {
  readonly relayId: number;
  readonly socket: EnvelopeSocket;
  /** This side has closed the path. */
  onRelease(code: Code): void;
}

/** One relay's path and what its socket brings for it. */
export interface RelayPath {
  readonly path: ChannelPath;
  /** Takes an envelope with this relay's id; anything that is none loses the path. */
  receive(envelope: Uint8Array): void;
}

/** Makes the path of a relay that was just joined. */
export function createRelayPath({ relayId, socket, onRelease }: RelayPathOptions): RelayPath {
  const channel = new RelayChannel(
    {
      sendData: (message, onFlushed) => socket.send(envelopeOf(relayEnvelope.data, relayId, message), onFlushed),
      sendCredit: (limitBytes) =>
        socket.send(envelopeOf(relayEnvelope.credit, relayId, creditOf(limitBytes)), () => {}),
      release: onRelease,
    },
    {
      onDrain: () => path.drained(),
      onOverrun: () => path.lost("protocol-error", "the other side sent beyond the relay's credit"),
    },
  );
  const path = new ChannelPath({
    kind: () => "relay",
    maxMessageBytes: limits.relayMessageBytes,
    queueBytes: limits.relayCreditBytes,
    channel,
  });
  return {
    path,
    receive(envelope) {
      const body = envelope.subarray(relayEnvelope.headerBytes);
      if (envelope[0] === relayEnvelope.credit && body.length === 8) {
        channel.receiveCredit(Number(new DataView(body.buffer, body.byteOffset).getBigUint64(0)));
      } else if (envelope[0] === relayEnvelope.data && body.length > 0) {
        if (!channel.receiveData(body.length)) return;
        path.receive(body);
      } else {
        path.lost("protocol-error", "bytes that are no relay envelope");
      }
    },
  };
}

/** The relay that an envelope is for; undefined for bytes that are too short to say. */
export function relayIdOf(envelope: Uint8Array): number | undefined {
  if (envelope.length < relayEnvelope.headerBytes) return undefined;
  return new DataView(envelope.buffer, envelope.byteOffset).getUint32(1);
}

/** `kind, relayId (4 bytes BE), body`; see `relayEnvelope`. */
function envelopeOf(kind: number, relayId: number, body: Uint8Array): Uint8Array {
  const envelope = new Uint8Array(relayEnvelope.headerBytes + body.length);
  envelope[0] = kind;
  new DataView(envelope.buffer).setUint32(1, relayId);
  envelope.set(body, relayEnvelope.headerBytes);
  return envelope;
}

function creditOf(limitBytes: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(limitBytes));
  return bytes;
}
