/** By what a client's address is counted: one subscriber is one, however many addresses the network gave out. */
import { isIPv6 } from "node:net";

/** An IPv4 address as it is; of an IPv6 address the first 64 bits, which belong to one network (RFC 6177). */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").split("%", 1)[0] ?? "";
  if (!isIPv6(plain)) return plain;
  const [left = "", right] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right === undefined || right === "" ? [] : right.split(":");
  const groups = [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill("0"), ...tail];
  return `${groups.slice(0, 4).join(":")}::/64`;
}

/** True for this machine, by address or by a local socket: a proxy here speaks for everybody. */
export function isOwnAddress(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.|$)/.test(address);
}
