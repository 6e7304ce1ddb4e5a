import { expect, test } from "vitest";
import { bootTarget } from "./boot-target.ts";

const origin = "https://x.example";

test.each([
  ["#/a/b?c=1#d", "/a/b?c=1#d"],
  ["#/", "/"],
  ["", "/"],
  ["#relative", "/"],
  ["#//evil.example/", "/"],
  ["#/\\evil.example", "/"],
  ["#https://evil.example/", "/"],
  ["#javascript:alert(1)", "/"],
  ["#0b8a3c1e-5d1f-4b7a-9a55-0c0ffee0c0de/a/b?c=1#d", "/a/b?c=1#d"],
  ["#0b8a3c1e-5d1f-4b7a-9a55-0c0ffee0c0de//evil.example/", "/"],
  ["#/.culvert/boot", "/"],
  ["#/a/../.culvert/boot", "/"],
])("a boot document at %j leads to %j", (hash, target) => {
  expect(bootTarget({ origin, pathname: "/.culvert/boot", search: "", hash })).toBe(target);
});

test("standing at an address of the app it leads to that address", () => {
  expect(bootTarget({ origin, pathname: "/a", search: "?b=1", hash: "#/c" })).toBe("/a?b=1#/c");
});
