import { expect, test } from "vitest";
import { readConfig } from "./read-config.ts";

const whole = `
server: https://culvert.example
label: studio-mac
services:
  web:
    target: 5173
  admin:
    target: https://localhost:8443
    headers: {host: admin.example, origin: https://admin.example, forwarded: keep, set: {X-Team: blue}}
    probe: {path: /healthz, intervalMs: 5000}
    policy:
      allow: {methods: [GET, POST], pathPrefixes: [/admin]}
      deny: {headers: [X-Debug]}
    relay: fallback
    limits: {viewers: 3, streams: 20, bodyBytes: 10485760, answerMs: 30000}
    labels: {team: blue, on-call: ""}
  nas:
    target: {type: lan, host: nas.lan, port: 80, tls: {verify: skip}}
  db:
    target: {type: unix, path: /run/db.sock}
    mode: tcp
  tool:
    target: {type: handler, module: ./tool.mjs}
`;

test("a whole file is read, in the order of its services, with defaults", () => {
  const reading = readConfig(whole);
  expect(reading).toMatchObject({
    type: "config",
    config: {
      ...{ server: "https://culvert.example", label: "studio-mac", webrtc: "auto" },
      services: {
        web: { target: 5173, relay: "handshake-only" },
        admin: {
          policy: { allow: { methods: ["GET", "POST"] } },
          relay: "fallback",
          limits: { viewers: 3, bodyBytes: 10_485_760 },
          labels: { team: "blue" },
        },
        nas: { target: { tls: { verify: "skip" } } },
      },
    },
  });
  expect(reading.type === "config" && Object.keys(reading.config.services)).toEqual([
    ...["web", "admin", "nas", "db", "tool"],
  ]);
});

test.each([
  ["services: [", 1, "is no YAML"],
  ["services:\n  web:\n    target: 1\n    limits: {streams: 0}", 4, "services.web.limits.streams: is less than 1"],
  ["services:\n  web:\n    target: 1\n    limits: {stream: 1}", 4, '"stream" is no key of services.web.limits'],
  ["services:\n  db:\n    target: tcp://localhost:1\n    limits: {bodyBytes: 1}", 4, "has no requests"],
  ["services:\n  web:\n    target: 1\n    labels: {Team: x}", 4, "a label is named with a-z"],
  ["services:\n\tweb: 1", 2, "is no YAML"],
  ["services:\n  web: {target: 1}\n  web: {target: 2}", 3, "is no YAML: Map keys must be unique"],
  ["", 1, "services: is missing; a group of keys belongs here"],
  ["label: x\nservices: {}", 2, "services: no service stands here"],
  ["services:\n  web:\n    target: 70000", 3, "services.web.target: is more than 65535"],
  ["services:\n  web:\n    target: 0", 3, "services.web.target: is less than 1"],
  ["services:\n  web:\n    mode: http", 2, "services.web.target: is missing"],
  ["services:\n  web:\n    target: {type: loopback}", 3, "services.web.target.port: is missing; a number belongs here"],
  [
    "services:\n  web:\n    target:\n      type: lan\n      host: nas.lan\n      prt: 80\n      port: 80",
    6,
    '"prt" is no key of services.web.target',
  ],
  [
    "services:\n  web:\n    target: {type: docker}",
    3,
    "services.web.target.type: is none of loopback, lan, unix, handler",
  ],
  ["services:\n  No Name:\n    target: 1", 2, '"No Name": lower-case letters, digits and hyphens'],
  [
    "services:\n  web:\n    target: 1\n    policy:\n      allow:\n        method: [GET]",
    6,
    '"method" is no key of services.web.policy.allow',
  ],
  ["services:\n  web:\n    target: 1\n    policy:\n      alow: {}", 5, '"alow" is no key of services.web.policy'],
  [
    "services:\n  web:\n    target: 1\n    policy:\n      allow:\n        pathPrefixes:\n          - /ok\n          - no",
    8,
    "services.web.policy.allow.pathPrefixes[1]:",
  ],
  [
    "services:\n  web:\n    target: 1\n    headers:\n      set:\n        Host: x",
    6,
    "a header that the agent sets itself",
  ],
  [
    "services:\n  web:\n    target: 1\n    relay: all",
    4,
    "services.web.relay: is none of full, fallback, handshake-only",
  ],
  ["services:\n  web:\n    target: 1\nlable: x", 4, '"lable" is no key of this file'],
  ["services:\n  web:\n    target: localhost", 3, 'services.web.target: "localhost" is neither a port nor an address'],
  ["services:\n  web:\n    target: tcp://localhost:22\n    mode: http", 4, "services.web.mode: its target says tcp"],
  ["services:\n  web:\n    target: tcp://localhost:22\n    probe: {path: /}", 4, "services.web.probe: a tcp service"],
  ["services:\n  web:\n    target: 22\n    mode: tcp\n    policy: {}", 5, "services.web.policy: a tcp service"],
])("%j is refused on its line", (text, line, words) => {
  const reading = readConfig(text);
  expect(reading.type === "faults" && reading.faults[0]).toMatchObject({ line, words: expect.stringContaining(words) });
});

test("all faults are told, in the order of their lines", () => {
  const reading = readConfig("webrtc: other\nservices:\n  web: {target: 0}\n  B: {target: 1}\nextra: 1");
  expect(reading.type === "faults" && reading.faults.map(({ line }) => line)).toEqual([1, 3, 4, 5]);
});
