/** Whose address a request is taken to come from. */
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { clientAddressOf, type TrustProxy, trustProxySchema, trustsHop } from "./trusted-proxies.ts";

function addressBehind(setting: TrustProxy, remoteAddress: string, forwarded?: string): string {
  const request = { headers: { "x-forwarded-for": forwarded }, socket: { remoteAddress } };
  return clientAddressOf(request as unknown as IncomingMessage, trustsHop(setting));
}

const client = "203.0.113.7";

test.each<[string, TrustProxy, string, string | undefined, string]>([
  ["nobody is trusted: the connection's own", false, "10.0.0.2", client, "10.0.0.2"],
  ["one proxy, whoever it is: the last entry", true, "10.0.0.2", `1.1.1.1, ${client}`, client],
  ["a proxy that says nothing: its own", true, "10.0.0.2", undefined, "10.0.0.2"],
  ["a named proxy: the last entry", ["10.0.0.2"], "10.0.0.2", `1.1.1.1, ${client}`, client],
  ["somebody else who says the same: its own", ["10.0.0.2"], "198.51.100.9", client, "198.51.100.9"],
  ["two named proxies in a row", ["10.0.0.0/8", "192.0.2.1"], "10.0.0.2", `1.1.1.1, ${client}, 192.0.2.1`, client],
  ["a socket of both families", ["10.0.0.0/8"], "::ffff:10.0.0.2", client, client],
  ["a range of IPv6", ["fd00::/8"], "fd00::1", "2001:db8::9", "2001:db8::9"],
])("%s", (_name, setting, remoteAddress, forwarded, expected) => {
  expect(addressBehind(setting, remoteAddress, forwarded)).toBe(expected);
});

test.each(["", "proxy.example", "10.0.0.0/33", "10.0.0.0/8/8", "fd00::/129"])("%j is refused", (text) => {
  expect(trustProxySchema.safeParse([text]).success).toBe(false);
});
