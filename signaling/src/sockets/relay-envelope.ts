/**
 * The binary envelope of relay bytes, read for routing and for credit alone.
 *
 * | offset | bytes | field | meaning |
 * |---|---|---|---|
 * | 0 | 1 | kind | 0x01 data, 0x02 credit |
 * | 1 | 4 | relayId | big endian |
 * | 5 | … | data: a sealed message of at least 1 byte; credit: 8 bytes, big endian |
 */
import { limits } from "@culvert/protocol";
import { relayEnvelope } from "@culvert/protocol/signaling";

/** Whose relay an envelope is for, and what it adds there: sealed bytes, or leave to send up to an absolute number. */
export type RelayEnvelope =
  | { readonly kind: "data"; readonly relayId: number; readonly payloadBytes: number }
  | { readonly kind: "credit"; readonly relayId: number; readonly limitBytes: number };

const creditBytes = 8;

/** Reads an envelope; undefined for bytes that are none (SPEC.md §Signaling: fail the socket). */
export function readEnvelope(envelope: Uint8Array): RelayEnvelope | undefined {
  const payloadBytes = envelope.length - relayEnvelope.headerBytes;
  if (payloadBytes < 1) return undefined;
  const view = new DataView(envelope.buffer, envelope.byteOffset, envelope.byteLength);
  const relayId = view.getUint32(1);
  const kind = envelope[0];
  if (kind === relayEnvelope.data && payloadBytes <= limits.relayMessageBytes) {
    return { kind: "data", relayId, payloadBytes };
  }
  if (kind === relayEnvelope.credit && payloadBytes === creditBytes) {
    return { kind: "credit", relayId, limitBytes: Number(view.getBigUint64(relayEnvelope.headerBytes)) };
  }
  return undefined;
}
