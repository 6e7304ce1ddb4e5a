import { expect, test } from "vitest";
import { isInNetwork, lanLookup } from "./lan-lookup.ts";

test.each([
  ["127.0.0.1", 4],
  ["127.8.9.1", 4],
  ["0.0.0.0", 4],
  ["169.254.169.254", 4],
  ["224.0.0.251", 4],
  ["255.255.255.255", 4],
  ["::", 6],
  ["::1", 6],
  ["::ffff:127.0.0.1", 6],
  ["::ffff:7f00:1", 6],
  ["::ffff:169.254.169.254", 6],
  ["fe80::1", 6],
  ["ff02::fb", 6],
  ["64:ff9b::7f00:1", 6],
  ["2002:7f00:1::", 6],
])("%s is no address that a name in the network may have", (address, family) => {
  expect(isInNetwork(address, family)).toBe(false);
});

test.each([
  ["192.168.1.20", 4],
  ["10.0.0.1", 4],
  ["172.16.3.4", 4],
  ["100.64.0.9", 4],
  ["203.0.113.7", 4],
  ["fd00::5", 6],
  ["2001:db8::1", 6],
])("%s is", (address, family) => expect(isInNetwork(address, family)).toBe(true));

/** Looks up a name that a name server answers with these addresses. */
function lookedUp(addresses: { address: string; family: number }[], all: boolean) {
  const resolve = ((_name: string, _options: object, answer: (...words: unknown[]) => void) => {
    answer(null, addresses);
  }) as unknown as Parameters<typeof lanLookup>[0];
  return new Promise((settle, reject) => {
    lanLookup(resolve)("nas.example", { all }, (error, address, family) => {
      if (error === null) settle(all ? address : [address, family]);
      else reject(error);
    });
  });
}

test("a name that was pointed at this machine leads nowhere, one that leads to both leads to the network", async () => {
  const here = { address: "127.0.0.1", family: 4 };
  const there = { address: "192.168.1.20", family: 4 };
  await expect(lookedUp([here], true)).rejects.toMatchObject({
    code: "policy",
    message: "The name nas.example leads to an address that is not in the network.",
  });
  expect(await lookedUp([here, there], true)).toEqual([there]);
  expect(await lookedUp([here, there], false)).toEqual(["192.168.1.20", 4]);
});
