/** Host headers, told apart. */
import { expect, test } from "vitest";
import { dashboardOriginOf } from "../config/index.ts";
import { HostNames } from "./host-names.ts";

const label = `demo-${"a2".repeat(13)}`;
const local = new HostNames(new URL("http://culvert.localhost:4000"), 4000);
const grown = new HostNames(new URL("https://culvert.example"), 8080);

test.each([
  ["culvert.localhost:4000", "dashboard"],
  ["CULVERT.localhost:4000", "dashboard"],
  [`${label}.culvert.localhost:4000`, "app"],
  ["127.0.0.1:4000", "loopback"],
  ["[::1]:4000", "loopback"],
  ["localhost:4000", "loopback"],
  ["culvert.localhost", "unknown"],
  ["culvert.localhost:4001", "unknown"],
  ["127.0.0.1:4001", "unknown"],
  [`${label}.evil.example:4000`, "unknown"],
  [`x.${label}.culvert.localhost:4000`, "unknown"],
  ["demo.culvert.localhost:4000", "unknown"],
  [`-${label}.culvert.localhost:4000`, "unknown"],
  ["culvert.localhost:4000@evil.example", "unknown"],
  ["culvert.localhost:4000/x", "unknown"],
  ["", "unknown"],
  [undefined, "unknown"],
])("locally %s is %s", (host, kind) => {
  expect(local.siteOf(host).kind).toBe(kind);
});

test.each([
  ["culvert.example", "dashboard"],
  ["culvert.example:443", "dashboard"],
  [`${label}.culvert.example`, "app"],
  ["culvert.example:8080", "unknown"],
  ["127.0.0.1:8080", "unknown"],
])("with TLS in front %s is %s", (host, kind) => {
  expect(grown.siteOf(host).kind).toBe(kind);
});

test("agents may mean the dashboard's name, and on this machine its loopback addresses", () => {
  expect(local.agentHosts).toEqual(["culvert.localhost:4000", "127.0.0.1:4000", "[::1]:4000", "localhost:4000"]);
  expect(grown.agentHosts).toEqual(["culvert.example"]);
});

test("at the scheme's own port no host carries it, as browsers and agents write it", () => {
  const plain = new HostNames(dashboardOriginOf(undefined, 80), 80);
  expect(plain.agentHosts).toEqual(["culvert.localhost", "127.0.0.1", "[::1]", "localhost"]);
  expect(plain.siteOf("culvert.localhost").kind).toBe("dashboard");
  expect(plain.siteOf("127.0.0.1:80").kind).toBe("loopback");
});
