import type { LookupAddress } from "node:dns";
import { expect, test } from "vitest";
import { isLocalhostName, localhostLookup } from "./localhost-lookup.ts";

test.each([
  ["localhost", true],
  ["culvert.localhost", true],
  ["a.b.LOCALHOST.", true],
  ["notlocalhost", false],
  ["localhost.example", false],
])("%s is on this machine: %s", (name, wanted) => {
  expect(isLocalhostName(name)).toBe(wanted);
});

function answer(options: { all?: boolean; family?: number }): Promise<unknown> {
  return new Promise((resolve) => {
    localhostLookup("app.culvert.localhost", options, (_error, address: string | LookupAddress[], family) =>
      resolve(typeof address === "string" ? [address, family] : address.map((entry) => entry.address)),
    );
  });
}

test("a name under localhost is loopback in every form that sockets ask for", async () => {
  expect(await answer({})).toEqual(["127.0.0.1", 4]);
  expect(await answer({ family: 6 })).toEqual(["::1", 6]);
  expect(await answer({ all: true })).toEqual(["127.0.0.1", "::1"]);
});
