import type { HeaderList } from "@culvert/protocol/http";
import { headerRulesSchema } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import { targetAddress } from "./target-address.ts";
import { headersFromTarget, headersToTarget } from "./target-headers.ts";

const address = targetAddress({ type: "loopback", port: 3000 }, "studio");

test("the agent says Host, and what a viewer says of proxies and of this connection ends here", () => {
  const headers: HeaderList = [
    ["Host", "evil.example"],
    ["HOST", "evil.example"],
    ["Expect", "100-continue"],
    ["Connection", "close, X-Secret"],
    ["X-Secret", "1"],
    ["Upgrade", "h2c"],
    ["HTTP2-Settings", "AAMAAABkAAQAAP__"],
    ["TE", "trailers"],
    ["Proxy-Authorization", "Basic x"],
    ["X-Forwarded-For", "127.0.0.1"],
    ["X-Forwarded-Host", "evil.example"],
    ["Forwarded", "for=127.0.0.1"],
    ["X-Real-IP", "127.0.0.1"],
    ["X-Original-URL", "/admin"],
    ["X-Rewrite-URL", "/admin"],
    ["Accept", "*/*"],
    ["Origin", "app:"],
  ];
  expect(headersToTarget(headers, address)).toEqual([
    ["Host", "localhost:3000"],
    ["Accept", "*/*"],
    ["Origin", "http://localhost:3000"],
  ]);
});

test("rules of the owner say Host, Origin and more", () => {
  const rules = headerRulesSchema.parse({
    host: "notes.example",
    origin: "https://notes.example",
    forwarded: "keep",
    set: { "X-Forwarded-Proto": "https", authorization: "Basic c2VydmljZQ==" },
  });
  const headers: HeaderList = [
    ["Authorization", "Basic dmlld2Vy"],
    ["X-Forwarded-For", "203.0.113.7"],
    ["x-forwarded-proto", "http"],
    ["Referer", "app:/list"],
  ];
  expect(headersToTarget(headers, address, rules)).toEqual([
    ["Host", "notes.example"],
    ["X-Forwarded-For", "203.0.113.7"],
    ["Referer", "https://notes.example/list"],
    ["X-Forwarded-Proto", "https"],
    ["authorization", "Basic c2VydmljZQ=="],
  ]);
  const answer: HeaderList = [
    ["Location", "https://notes.example/a"],
    ["Content-Location", "http://localhost:3000/b"],
    ["Refresh", "0; url=http://notes.example/c"],
  ];
  expect(headersFromTarget(answer, address, rules)).toEqual([
    ["Location", "app:/a"],
    ["Content-Location", "app:/b"],
    ["Refresh", "0; url=app:/c"],
  ]);
});

test.each([
  { set: { Host: "x" } },
  { set: { "Transfer-Encoding": "chunked" } },
  { set: { "Content-Length": "5" } },
  { set: { "X-A": "1\r\nX-B: 2" } },
  { set: { "X A": "1" } },
  { host: "a b" },
  { host: "a\r\nb" },
  { origin: "https://a.example/path" },
  { origin: "null" },
])("%j is no rule", (rules) => {
  expect(headerRulesSchema.safeParse(rules).success).toBe(false);
});

test.each([
  [{ type: "lan", host: "NAS.local", port: 8080 }, "nas.local:8080", "http://nas.local:8080"],
  [{ type: "lan", host: "fd00::5", port: 80 }, "[fd00::5]", "http://[fd00::5]"],
  [{ type: "loopback", port: 443, tls: { verify: "system" } }, "localhost", "https://localhost"],
  [{ type: "loopback", port: 80, tls: { verify: "skip" } }, "localhost:80", "https://localhost:80"],
  [{ type: "unix", path: "/run/app.sock" }, "localhost", "http://localhost"],
] as const)("%j is called %s", (target, authority, origin) => {
  expect(targetAddress(target, "studio")).toMatchObject({ authority, origin });
});

test("no words about a target tell its address or path", () => {
  const words = [
    targetAddress({ type: "lan", host: "nas.local", port: 8080 }, "studio"),
    targetAddress({ type: "unix", path: "/run/app.sock" }, "studio"),
  ].map(({ place }) => place.where);
  expect(words).toEqual(["at the address in the network of studio", "on the socket of studio"]);
});
