import { TunnelError } from "@culvert/protocol";
import { expect, test } from "vitest";
import type { AgentEvent } from "../agent/agent-events.ts";
import { jsonFor, lineFor } from "./event-lines.ts";
import { targetWords } from "./target-words.ts";

const context = {
  ...{ label: "studio", serverUrl: "http://culvert.localhost:4000" },
  labels: new Map(),
  targets: new Map([["app", targetWords({ type: "loopback", port: 3000 })]]),
};
const link = (state: Extract<AgentEvent, { type: "link" }>["state"]): AgentEvent => ({ type: "link", state });
const asked = (answer: { status: number | null; code: "target-unreachable" | null }): AgentEvent => ({
  ...{ type: "request", viewerId: "0a", serviceName: "app", kind: "http", method: "GET", path: "/items" },
  ...{ ...answer, durationMs: 12.4 },
});
const turnedAway = new TunnelError("not-found", "This machine is not enrolled here.", { hint: "Enrol it." });

test.each<[AgentEvent, string | undefined]>([
  [link({ type: "connecting", attempt: 1 }), "Connecting to http://culvert.localhost:4000 …"],
  [link({ type: "connecting", attempt: 2 }), undefined],
  [link({ type: "online" }), "studio is online. Open it in the dashboard: http://culvert.localhost:4000"],
  [
    link({ type: "waiting", reason: "nothing answers there", retryInMs: 2_000 }),
    "studio is offline: http://culvert.localhost:4000 cannot be reached, nothing answers there. Next try in 2 s.",
  ],
  [link({ type: "stopped", error: turnedAway }), "This machine is not enrolled here. Enrol it."],
  [{ type: "service", serviceName: "app", health: "healthy" }, "app answers on port 3000."],
  [
    { type: "service", serviceName: "app", health: "unreachable" },
    "Nothing answers on port 3000. Start the app, app turns ready by itself.",
  ],
  [{ type: "viewer-opened", viewerId: "0a", serviceName: "app" }, "Viewer 0a opened app."],
  [{ type: "viewer-path", viewerId: "0a", kind: "relay", isUp: true }, undefined],
  [{ type: "viewer-path", viewerId: "0a", kind: "direct", isUp: true }, "Viewer 0a: direct path up."],
  [{ ...asked({ status: null, code: null }), kind: "tcp" } as AgentEvent, "TCP connection (app, viewer 0a)"],
  [asked({ status: 200, code: null }), "GET /items 200 12 ms (app, viewer 0a)"],
  [asked({ status: null, code: "target-unreachable" }), "GET /items target-unreachable 12 ms (app, viewer 0a)"],
  [
    { type: "viewer-closed", viewerId: "0a", serviceName: "app", code: "closed", reason: "the page was left" },
    "Viewer 0a left app: the page was left.",
  ],
  [
    { type: "viewer-closed", viewerId: "0a", serviceName: "app", code: "closed", reason: "\u001b[2J\n\u009b1mgone" },
    "Viewer 0a left app:  [2J  1mgone.",
  ],
])("%o reads as %s", (event, text) => {
  expect(lineFor(event, context)?.text).toBe(text);
});

test("a JSON line holds the time, and an error only by its code and words", () => {
  expect(JSON.parse(jsonFor(link({ type: "stopped", error: turnedAway }), 0))).toEqual({
    time: "1970-01-01T00:00:00.000Z",
    type: "link",
    state: "stopped",
    code: "not-found",
    message: "This machine is not enrolled here.",
    hint: "Enrol it.",
  });
  expect(JSON.parse(jsonFor(link({ type: "online" }), 0))).toMatchObject({ type: "link", state: "online" });
});
