/**
 * A receiver drops the second DTLS record of one number as a replay (RFC 6347 §4.1.2.6), and what it carried comes an SCTP
 * timeout later. Held here: werift's records, as they leave this process, in either role of the handshake.
 */
import { Socket } from "node:dgram";
import type { Path } from "@culvert/protocol/endpoint";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openWebRtcPair, type WebRtcPair } from "../harness/webrtc-pair.ts";

const messages = 40;
const unspied = Socket.prototype.send;
/** Type, version, epoch, number and length (RFC 6347 §4.1). */
const headerBytes = 13;
/** Records are encrypted from this epoch on. */
const encryptedEpoch = 1;

/** The numbers of encrypted records in these datagrams, once for each record that differs. */
function encryptedNumbers(datagrams: readonly Buffer[]): number[] {
  const records = new Map<string, number>();
  for (const datagram of datagrams) {
    let offset = 0;
    while (offset + headerBytes <= datagram.length && isRecord(datagram.readUInt8(offset))) {
      const end = offset + headerBytes + datagram.readUInt16BE(offset + 11);
      if (datagram.readUInt16BE(offset + 3) === encryptedEpoch) {
        records.set(datagram.toString("hex", offset, end), datagram.readUIntBE(offset + 5, 6));
      }
      offset = end;
    }
  }
  return [...records.values()];
}

/** What shares the socket with DTLS has other first bytes (RFC 7983 §7). */
function isRecord(firstByte: number): boolean {
  return firstByte >= 20 && firstByte <= 63;
}

function arrived(path: Path, count: number): Promise<void> {
  const all = Promise.withResolvers<void>();
  let left = count;
  path.attach({
    onMessage: () => {
      left -= 1;
      if (left === 0) all.resolve();
    },
    onDrain: () => {},
    onClose: (code) => all.reject(new Error(`closed: ${code}`)),
  });
  return all.promise;
}

describe("werift numbers its DTLS records", () => {
  let pair: WebRtcPair | undefined;
  afterEach(() => pair?.close());

  test.each([
    ["as the answerer, which begins the handshake", "native", "werift"],
    ["as the offerer, which answers the handshake", "werift", "native"],
  ] as const)("each with its own, %s", async (_role, offererName, answererName) => {
    const datagrams: Buffer[] = [];
    // The native library has sockets of its own, so these are werift's.
    const send = vi.spyOn(Socket.prototype, "send").mockImplementation(function (this: Socket, ...args: unknown[]) {
      if (Buffer.isBuffer(args[0])) datagrams.push(Buffer.from(args[0]));
      return Reflect.apply(unspied, this, args);
    });
    try {
      pair = await openWebRtcPair(offererName, answererName);
      const [from, to] = offererName === "werift" ? [pair.offerer, pair.answerer] : [pair.answerer, pair.offerer];
      const all = arrived(to, messages);
      for (let count = 0; count < messages; count += 1) from.send(new Uint8Array(100));
      await all;
    } finally {
      send.mockRestore();
    }
    const numbers = encryptedNumbers(datagrams);
    // Finished, and what carried the messages.
    expect(numbers.length).toBeGreaterThan(messages);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
