import { expect, test } from "vitest";
import { toNativeServers } from "./ice-server-urls.ts";

const login = { username: "user", credential: "secret" };
const relay = { username: "user", password: "secret" };

test.each([
  ["stun:stun.example", { hostname: "stun.example", port: 3478 }],
  ["stun:[fd00::1]:5000", { hostname: "fd00::1", port: 5000 }],
  ["turn:relay.example:3479", { hostname: "relay.example", port: 3479, ...relay, relayType: "TurnUdp" }],
  ["turn:relay.example?transport=tcp", { hostname: "relay.example", port: 3478, ...relay, relayType: "TurnTcp" }],
  ["turns:relay.example?transport=tcp", { hostname: "relay.example", port: 5349, ...relay, relayType: "TurnTls" }],
])("%s", (url, wanted) => {
  expect(toNativeServers([{ urls: [url], ...login }])).toEqual([wanted]);
});

test("what cannot be used is left out", () => {
  expect(toNativeServers([{ urls: ["http://stun.example", "turn:relay.example", "stun:"] }])).toEqual([]);
});
