import { expect, test } from "vitest";
import { RelayedAddresses } from "./relayed-addresses.ts";

const host = { address: "192.0.2.1", port: 5000 };
const relayed = { address: "198.51.100.7", port: 49152 };

test("a pair is turn where either end is a relayed address of either side", () => {
  const addresses = new RelayedAddresses();
  addresses.note("candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host");
  addresses.note("a=candidate:3 1 udp 1 198.51.100.7 49152 typ relay raddr 192.0.2.1 rport 5000");
  expect(addresses.kindOf({ local: host, remote: relayed })).toBe("turn");
  expect(addresses.kindOf({ local: relayed, remote: host })).toBe("turn");
  expect(addresses.kindOf({ local: host, remote: host })).toBe("direct");
  expect(addresses.kindOf({ local: host, remote: { ...relayed, port: 49153 } })).toBe("direct");
  expect(addresses.kindOf(undefined)).toBe("direct");
});

test("lines that are no candidates say nothing", () => {
  const addresses = new RelayedAddresses();
  for (const line of ["", "candidate:", "candidate:1 1 udp 1 198.51.100.7 49152 relay typ"]) addresses.note(line);
  expect(addresses.kindOf({ local: host, remote: relayed })).toBe("direct");
});
