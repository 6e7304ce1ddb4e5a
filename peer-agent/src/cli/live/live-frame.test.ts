import { stripVTControlCharacters } from "node:util";
import width from "fast-string-width";
import { expect, test } from "vitest";
import type { AgentStatus, LogRecord } from "../local/agent-status.ts";
import { paletteFor } from "../output.ts";
import { liveFrame } from "./live-frame.ts";

const status: AgentStatus = {
  ...{ v: 1, version: "1.0.0", pid: 1, startedAt: 0, serverId: "a".repeat(26), label: "studio-mac" },
  ...{ serverUrl: "https://culvert.example", link: { state: "online" }, config: null },
  services: [
    { name: "web", mode: "http", health: "healthy", target: "port 5173", relayPolicy: "full", labels: {} },
    { name: "db", mode: "tcp", health: "unreachable", target: "port 5432", relayPolicy: "full", labels: {} },
  ],
  viewers: [
    { viewerId: "0a", serviceName: "web", path: { kind: "direct", rttMs: 11.6 } },
    { viewerId: "0b", serviceName: "web", path: null },
  ],
  requests: { total: 128, perSecond: 3.2 },
};
const asked = (path: string, answer: object): LogRecord => ({
  ...{ time: new Date(2026, 0, 1, 14, 2, 11).toISOString(), type: "request", mark: "note", text: "" },
  ...{ method: "GET", path, durationMs: 12, ...answer },
});
const frame = (more: object = {}) =>
  liveFrame({
    ...{ status, requests: [], lastNote: undefined, columns: 79, rows: 23, nowMs: 61_000 },
    palette: paletteFor(process.stdout),
    ...more,
  }).map((line) => stripVTControlCharacters(line));

test("state, services, viewers' paths and rates are shown", () => {
  const requests = [asked("/src/App.tsx", { status: 200, code: null }), asked("/x", { status: null, code: "policy" })];
  expect(frame({ requests })).toEqual([
    "◐ studio-mac  degraded  https://culvert.example",
    "",
    "● web  port 5173",
    "✕ db   port 5432: nothing answers, start the app (tcp)",
    "",
    "viewers   2 viewers · direct 12 ms · no path",
    "requests  128 · 3.2 per second",
    "",
    expect.stringMatching(/^14:02:11 {2}GET {4}\/src\/App\.tsx +200 {2}12 ms$/),
    expect.stringMatching(/^14:02:11 {2}GET {4}\/x +policy {2}12 ms$/),
    "",
    "up 61 s · Ctrl-C stops it",
  ]);
});

test("offline is told with its reason, and a configuration that is not in force with its line", () => {
  const offline = { ...status, link: { state: "waiting" as const, reason: "nothing answers there" } };
  const config = { path: "culvert.yaml", loadedAt: 0, fault: "culvert.yaml:3: no such key" };
  expect(frame({ status: { ...offline, config } }).slice(0, 3)).toEqual([
    "○ studio-mac  offline  https://culvert.example",
    "  https://culvert.example cannot be reached, nothing answers there. It is trie…",
    "◐ culvert.yaml:3: no such key",
  ]);
});

test("nothing is wider or higher than the terminal, and no foreign word is obeyed by it", () => {
  const long = asked(`/${"日本".repeat(80)}\u001b[2J`, { status: 500, code: null });
  const lastNote = { ...long, type: "note", text: "x".repeat(300) };
  const requests = Array.from({ length: 50 }, () => long);
  for (const [columns, rows] of [
    [39, 8],
    [79, 23],
    [200, 60],
  ] as const) {
    const lines = frame({ requests, lastNote, columns, rows });
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
    expect(lines.join("")).not.toContain("\u001b");
  }
});
