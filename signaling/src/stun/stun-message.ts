/**
 * STUN binding requests and their answers, RFC 8489: as much as a NATed laptop needs to learn its own address.
 *
 * | offset | bytes | field |
 * |---|---|---|
 * | 0 | 2 | type: 0x0001 binding request, 0x0101 its success |
 * | 2 | 2 | length of what follows the header, a multiple of 4 |
 * | 4 | 4 | magic cookie 0x2112A442 |
 * | 8 | 12 | transaction id |
 * | 20 | … | attributes; the answer has XOR-MAPPED-ADDRESS (0x0020) alone |
 */
import { isIPv4 } from "node:net";

const headerBytes = 20;
const magicCookie = 0x2112_a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const xorMappedAddress = 0x0020;

/** The answer to a datagram from an address; undefined for what is no binding request: silence (§6.3). */
export function answerBinding(datagram: Uint8Array, address: string, port: number): Uint8Array | undefined {
  if (datagram.length < headerBytes || datagram.length % 4 !== 0) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  if (view.getUint16(0) !== bindingRequest || view.getUint32(4) !== magicCookie) return undefined;
  if (view.getUint16(2) !== datagram.length - headerBytes) return undefined;
  // A socket of both families shows IPv4 peers so; they must be told an IPv4 address.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const addressBytes = isIPv4(plain) ? ipv4Bytes(plain) : ipv6Bytes(plain);
  if (addressBytes === undefined) return undefined;

  const answer = new Uint8Array(headerBytes + 8 + addressBytes.length);
  const out = new DataView(answer.buffer);
  out.setUint16(0, bindingSuccess);
  out.setUint16(2, 8 + addressBytes.length);
  answer.set(datagram.subarray(4, headerBytes), 4);
  out.setUint16(headerBytes, xorMappedAddress);
  out.setUint16(headerBytes + 2, 4 + addressBytes.length);
  out.setUint8(headerBytes + 5, addressBytes.length === 4 ? 0x01 : 0x02);
  // §14.2: the port is XORed with the cookie's first half, the address with cookie and transaction id.
  out.setUint16(headerBytes + 6, port ^ (magicCookie >>> 16));
  for (const [index, byte] of addressBytes.entries()) answer[headerBytes + 8 + index] = byte ^ (answer[4 + index] ?? 0);
  return answer;
}

function ipv4Bytes(address: string): Uint8Array {
  return Uint8Array.from(address.split(".").map(Number));
}

function ipv6Bytes(address: string): Uint8Array | undefined {
  const text = `http://[${address.split("%", 1)[0]}]`;
  if (!URL.canParse(text)) return undefined;
  const [left = "", right] = new URL(text).hostname.slice(1, -1).split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right === undefined || right === "" ? [] : right.split(":");
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}
