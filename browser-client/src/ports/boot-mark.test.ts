import { expect, test } from "vitest";
import { bootAddress, bootFragment, openerOf, readBootFragment } from "./boot-mark.ts";

const bootId = "0b8a3c1e-5d1f-4b7a-9a55-0c0ffee0c0de";
const origin = "https://x.example";

test.each(["/", "/a?b=1#c", "/0b8a3c1e-5d1f-4b7a-9a55-0c0ffee0c0de/x"])("a fragment brings its core and %s", (path) => {
  expect(readBootFragment(bootFragment(bootId, path))).toEqual({ bootId, path });
  expect(readBootFragment(bootFragment(undefined, path))).toEqual({ bootId: undefined, path });
});

test.each(["", "#", "#x", "#0b8a/x", `#${bootId}`, `#${bootId}x/`])("%j names no core", (hash) => {
  expect(readBootFragment(hash).bootId).toBe(undefined);
});

test.each([
  [origin + bootAddress("/.culvert/boot", bootId), bootId],
  [`${origin}/.culvert/boot`, ""],
  [`${origin}/page?by=${bootId}`, undefined],
  [`https://foreign.example/.culvert/boot?by=${bootId}`, undefined],
  ["", undefined],
  ["about:client", undefined],
])("the referrer %j names the core %j", (referrer, opener) => {
  expect(openerOf(referrer, origin)).toBe(opener);
});
