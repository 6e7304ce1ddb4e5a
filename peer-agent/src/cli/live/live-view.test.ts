import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ActivityLog } from "../local/activity-log.ts";
import type { AgentStatus } from "../local/agent-status.ts";
import { paletteFor } from "../output.ts";
import { type Screen, startLiveView } from "./live-view.ts";

const status: AgentStatus = {
  ...{ v: 1, version: "1.0.0", pid: 1, startedAt: 0, serverId: "a".repeat(26), label: "studio" },
  ...{ serverUrl: "https://culvert.example", link: { state: "online" }, services: [], viewers: [] },
  ...{ requests: { total: 0, perSecond: 0 }, config: null },
};

/** A terminal that keeps what is written. */
class MemoryScreen extends EventEmitter {
  columns = 0;
  rows = 0;
  readonly written: string[] = [];
  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("each picture is drawn over the one before, a burst of events once, and nothing after the end", () => {
  const screen = new MemoryScreen();
  const log = new ActivityLog();
  const sources = { log, palette: paletteFor(process.stdout), status: () => status };
  const view = startLiveView(sources, screen as unknown as Screen);
  const lines = (screen.written[0]?.split("\n").length ?? 0) - 1;
  expect(screen.written[0]).toContain("studio");
  for (let count = 0; count < 20; count += 1) {
    log.add({ time: new Date(0).toISOString(), type: "link", mark: "note", text: "" }, 0);
  }
  vi.advanceTimersByTime(100);
  expect(screen.written).toHaveLength(2);
  expect(screen.written[1]?.startsWith(`\u001b[?25l\u001b[${lines}A\r\u001b[J`)).toBe(true);
  view.stop();
  expect(screen.written.at(-1)).toBe("\u001b[?25h");
  const { length } = screen.written;
  log.add({ time: new Date(0).toISOString(), type: "link", mark: "note", text: "" }, 0);
  screen.emit("resize");
  vi.advanceTimersByTime(10_000);
  expect(screen.written).toHaveLength(length);
});
