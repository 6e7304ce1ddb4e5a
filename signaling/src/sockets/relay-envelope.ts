/**
 * The binary envelope of relay bytes, read for routing alone.
 *
 * | offset | bytes | field | meaning |
 * |---|---|---|---|
 * | 0 | 1 | kind | 0x01 data, 0x02 credit |
 * | 1 | 4 | relayId | big endian |
 * | 5 | … | data: a sealed message of at least 1 byte; credit: 8 bytes, big endian |
 */
import { limits } from "@culvert/protocol";
import { relayEnvelope } from "@culvert/protocol/signaling";

const creditBytes = 8;

/** Whose relay an envelope is for; undefined for bytes that are no envelope (SPEC.md §Signaling: fail the socket). */
export function relayIdOf(envelope: Uint8Array): number | undefined {
  const payloadBytes = envelope.length - relayEnvelope.headerBytes;
  if (payloadBytes < 1) return undefined;
  const kind = envelope[0];
  const fits =
    (kind === relayEnvelope.data && payloadBytes <= limits.relayMessageBytes) ||
    (kind === relayEnvelope.credit && payloadBytes === creditBytes);
  if (!fits) return undefined;
  return new DataView(envelope.buffer, envelope.byteOffset, envelope.byteLength).getUint32(1);
}
