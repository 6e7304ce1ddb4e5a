import { expect, test } from "vitest";
import { parseProtocols, parseWebSocketAddress } from "./web-socket-address.ts";

const base = "https://x.example:8443/dir/page";

test.each([
  ["ws://y.example/a?b", "ws://y.example/a?b", "y.example", "/a?b"],
  ["/chat", "wss://x.example:8443/chat", "x.example:8443", "/chat"],
  ["sub", "wss://x.example:8443/dir/sub", "x.example:8443", "/dir/sub"],
  ["http://y.example", "ws://y.example/", "y.example", "/"],
])("%s is %s", (address, url, host, path) => {
  expect(parseWebSocketAddress(address, base)).toEqual({ url, host, path });
});

test.each(["ftp://x/", "/a#b", "/a#", "ws://:0:"])("%s is a SyntaxError", (address) => {
  expect(() => parseWebSocketAddress(address, base)).toThrow(expect.objectContaining({ name: "SyntaxError" }));
});

test("subprotocols are one, several or none", () => {
  expect(parseProtocols(undefined)).toEqual([]);
  expect(parseProtocols("chat")).toEqual(["chat"]);
  expect(parseProtocols(["a", "b"])).toEqual(["a", "b"]);
});

test.each([["a", "A"], ["a b"], [""], ["ä"]])("subprotocols %j are a SyntaxError", (...protocols) => {
  expect(() => parseProtocols(protocols)).toThrow(expect.objectContaining({ name: "SyntaxError" }));
});
