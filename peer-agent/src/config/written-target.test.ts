import { expect, test } from "vitest";
import { writtenTarget } from "./written-target.ts";

test.each([
  ["5173", { type: "loopback", port: 5173 }, "http"],
  ["localhost:3000", { type: "loopback", port: 3000 }, "http"],
  ["nas.lan:8080", { type: "lan", host: "nas.lan", port: 8080 }, "http"],
  ["http://localhost:3000", { type: "loopback", port: 3000 }, "http"],
  ["http://localhost:3000/", { type: "loopback", port: 3000 }, "http"],
  ["http://[::1]:3000", { type: "loopback", port: 3000 }, "http"],
  ["https://127.0.0.1:8443", { type: "loopback", port: 8443, tls: { verify: "system" } }, "http"],
  ["https://nas.lan", { type: "lan", host: "nas.lan", port: 443, tls: { verify: "system" } }, "http"],
  ["http://nas.lan:80", { type: "lan", host: "nas.lan", port: 80 }, "http"],
  ["HTTP://192.168.1.20", { type: "lan", host: "192.168.1.20", port: 80 }, "http"],
  ["tcp://localhost:5432", { type: "loopback", port: 5432 }, "tcp"],
  ["tcp://[fe80::2]:22", { type: "lan", host: "fe80::2", port: 22 }, "tcp"],
  ["unix:/run/app.sock", { type: "unix", path: "/run/app.sock" }, "http"],
])("%s names its target", (text, target, mode) => {
  expect(writtenTarget(text)).toEqual({ target, mode });
});

test.each([
  ["0", "from 1 to 65535"],
  ["65536", "from 1 to 65535"],
  ["http://localhost:0", "from 1 to 65535"],
  ["web", "neither a port nor an address"],
  ["localhost:0", "from 1 to 65535"],
  ["localhost", "neither a port nor an address"],
  ["ftp://localhost:21", "neither a port nor an address"],
  ["http://", "neither a port nor an address"],
  ["http://localhost:3000/admin", "published as a whole"],
  ["http://user@localhost:3000", "published as a whole"],
  ["tcp://localhost", "names its port"],
  ["unix:app.sock", "absolute"],
])("%s is refused in words", (text, words) => {
  expect(() => writtenTarget(text)).toThrow(words);
});
