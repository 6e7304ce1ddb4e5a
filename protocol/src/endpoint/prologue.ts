/**
 * What both peers must agree on without sending it (SPEC.md §Handshakes): a handshake fails where one field differs.
 * Each field is `length varint, bytes`; text is UTF-8, a number is the bytes of its shortest varint.
 */
import { joinBytes } from "../seal/byte-runs.ts";
import { varintSize, WriteCursor } from "../wire/cursor.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import type { SessionContext } from "./opening-api.ts";

type Field = string | number | Uint8Array;

/** Prologue of Noise IK: this version, this session, this service of this server, this path. */
export function openingPrologue(
  version: number,
  pathId: number,
  { sessionId, serverId, serviceId }: Pick<SessionContext, "sessionId" | "serverId" | "serviceId">,
): Uint8Array {
  return fields("culvert tunnel", version, sessionId, serverId, serviceId, pathId);
}

/** Prologue of Noise NNpsk0: this version, this tunnel, this path. */
export function attachPrologue(version: number, pathId: number, tunnelId: Uint8Array): Uint8Array {
  return fields("culvert path", version, tunnelId, pathId);
}

function fields(...values: readonly Field[]): Uint8Array {
  return joinBytes(
    ...values.flatMap((value) => {
      const bytes = typeof value === "string" ? encodeUtf8(value) : typeof value === "number" ? varint(value) : value;
      return [varint(bytes.length), bytes];
    }),
  );
}

function varint(value: number): Uint8Array {
  const bytes = new Uint8Array(varintSize(value));
  new WriteCursor(bytes).writeVarint(value);
  return bytes;
}
