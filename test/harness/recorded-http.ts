/** Recorded connections read as HTTP/1.1 and WebSocket, so that a search meets what masking hides on the wire. */
import type { RecordedConnection } from "./recorder.ts";

/** The head of one request as it went over the wire. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
}

/** Heads of all requests. A body that looks like a head would be read as one: nothing is missed, something may be added. */
export function requestsOf(connections: readonly RecordedConnection[]): readonly RecordedRequest[] {
  return connections.flatMap(({ fromClient }) => {
    const text = fromClient.toString("latin1");
    const heads = text.matchAll(/(?:^|\r\n|[^A-Z])([A-Z]{3,7}) (\/\S*) HTTP\/1\.1\r\n((?:[^\r\n]+\r\n)*)\r\n/g);
    return [...heads].map(([, method = "", path = "", headers = ""]) => ({
      method,
      path,
      host: /^host: *(\S+)/im.exec(headers)?.[1] ?? "",
    }));
  });
}

/** What the client sent, with WebSocket frames unmasked (RFC 6455 §5.3) after an upgrade. */
export function clearClientBytes({ fromClient }: RecordedConnection): Buffer {
  const upgrade = /\r\nupgrade: *websocket/i.exec(fromClient.toString("latin1"));
  if (upgrade === null) return fromClient;
  const headEnd = fromClient.indexOf("\r\n\r\n", upgrade.index);
  if (headEnd < 0) return fromClient;
  return Buffer.concat([fromClient.subarray(0, headEnd + 4), ...unmaskedPayloads(fromClient.subarray(headEnd + 4))]);
}

/** True where a connection became a WebSocket. */
export function isWebSocket({ fromServer }: RecordedConnection): boolean {
  return fromServer.subarray(0, 64).toString("latin1").startsWith("HTTP/1.1 101");
}

/**
 * Client frames: offset 0 flags and opcode, 1 mask bit and 7-bit length (126: 2 more bytes, 127: 8 more), then 4 bytes
 * of mask and the payload. A frame cut off by the end of the recording ends the walk.
 */
function unmaskedPayloads(bytes: Buffer): readonly Buffer[] {
  const payloads: Buffer[] = [];
  let offset = 0;
  while (offset + 2 <= bytes.length) {
    let length = bytes.readUInt8(offset + 1) & 0x7f;
    let headBytes = 2;
    if (length === 126) {
      if (offset + 4 > bytes.length) break;
      length = bytes.readUInt16BE(offset + 2);
      headBytes = 4;
    } else if (length === 127) {
      if (offset + 10 > bytes.length) break;
      length = Number(bytes.readBigUInt64BE(offset + 2));
      headBytes = 10;
    }
    const start = offset + headBytes + 4;
    if (start + length > bytes.length) break;
    const mask = bytes.subarray(start - 4, start);
    payloads.push(
      Buffer.from(bytes.subarray(start, start + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0))),
    );
    offset = start + length;
  }
  return payloads;
}
