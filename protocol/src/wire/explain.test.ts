import { describe, expect, it } from "vitest";
import { explainFrames } from "./explain.ts";
import type { Frame } from "./frame.ts";

const secret = new TextEncoder().encode("canary-path");

const lines: readonly (readonly [Frame, string])[] = [
  [{ type: "stream", id: 4, offset: 65_536, kind: "http", end: true, bytes: secret }, "STREAM 4 @65536 +11 END http"],
  [{ type: "stream", id: 4, offset: 0, end: false, bytes: secret }, "STREAM 4 @0 +11"],
  [{ type: "ack", id: 4, offset: 10, ranges: [{ from: 12, to: 15 }] }, "ACK 4 @10 [12, 15)"],
  [{ type: "window", id: 4, limit: 99 }, "WINDOW 4 ≤99"],
  [{ type: "reset", id: 4, kind: "tcp", code: 0x13 }, "RESET 4 canceled tcp"],
  [{ type: "stop-ack", id: 4 }, "STOP-ACK 4"],
  [{ type: "path-abandoned", pathId: 3, code: 0x17 }, "PATH-ABANDONED 3 timeout"],
  [{ type: "close", code: 0x14, reason: "canary-path" }, "CLOSE closed"],
];

describe("explainFrames", () => {
  it.each(lines)("explains %j", (frame, line) => {
    expect(explainFrames([frame])).toBe(line);
  });

  it("shows neither stream bytes nor the peer's text", () => {
    expect(explainFrames(lines.map(([frame]) => frame))).not.toContain("canary");
  });
});
