/**
 * Whose word on a client's address is taken. Invariant: X-Forwarded-For is read from its end, and only past machines
 * that are trusted: what a client wrote into it itself never becomes its address.
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { z } from "zod";

/** An address, or a range of them as in `10.0.0.0/8`. */
const addressRange = z
  .string()
  .refine((text) => rangeOf(text) !== undefined, "is no address and no range of addresses");

/** false: nobody. true: whoever connects, once. A list: these machines, however many follow one another. */
export const trustProxySchema = z.union([z.boolean(), z.array(addressRange).min(1)]);
export type TrustProxy = z.infer<typeof trustProxySchema>;

/** Whether the machine at `address`, `hop` machines away from us, is trusted; the shape that Fastify takes. */
export type TrustsHop = (address: string, hop: number) => boolean;

/** The rule of a setting. */
export function trustsHop(setting: TrustProxy): TrustsHop {
  if (typeof setting === "boolean") return (_address, hop) => setting && hop === 0;
  const trusted = new BlockList();
  for (const text of setting) {
    const range = rangeOf(text);
    if (range !== undefined) trusted.addSubnet(range.address, range.prefix, range.family);
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    const version = isIP(plain);
    return version !== 0 && trusted.check(plain, version === 4 ? "ipv4" : "ipv6");
  };
}

/** The address of a client that may come through trusted proxies; empty where the connection has none. */
export function clientAddressOf({ headers, socket }: IncomingMessage, trusts: TrustsHop): string {
  const forwarded = String(headers["x-forwarded-for"] ?? "").split(",");
  const hops = forwarded.map((text) => text.trim()).filter((text) => text !== "");
  let address = socket.remoteAddress ?? "";
  for (let hop = 0; hops.length > 0 && trusts(address, hop); hop += 1) address = hops.pop() ?? address;
  return address;
}

function rangeOf(text: string): { address: string; prefix: number; family: "ipv4" | "ipv6" } | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  if (version === 0 || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const prefix = length === undefined ? most : Number(length);
  return prefix > most ? undefined : { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}
