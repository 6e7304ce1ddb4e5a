import { describe, expect, test } from "vitest";
import { pathOf, serviceUrl } from "./service-address.ts";

const origin = "https://a1.apps.example";

describe("an address of the service", () => {
  test.each([
    ["/", "/"],
    ["/a/../b?x=1#part", "/b?x=1"],
    ["a b", "/a%20b"],
    ["?x=1", "/?x=1"],
    [`${origin}/a`, "/a"],
    ["wss://a1.apps.example/socket", "/socket"],
    [new URL("/a", origin), "/a"],
  ])("%s is asked for as %s", (address, path) => {
    expect(pathOf(serviceUrl(address, origin))).toBe(path);
  });

  test.each([
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example/",
    "http://a1.apps.example/",
    "https://user@a1.apps.example/",
    "https://a1.apps.example:8443/",
    "file:///etc/passwd",
    "http://[",
  ])("%s is refused", (address) => {
    expect(() => serviceUrl(address, origin)).toThrow(expect.objectContaining({ code: "invalid-request" }));
  });
});
