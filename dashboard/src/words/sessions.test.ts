import { deskServiceName, type SessionSummary } from "@culvert/protocol/signaling";
import { expect, it } from "vitest";
import { filteredSessions, sessionCountWords, sessionOpener, sessionWay } from "./sessions.ts";

const nowMs = 1_000_000;
const session = (changes: object): SessionSummary =>
  ({
    ...{ sessionId: "s", serverId: "a", serviceName: "vite", createdAt: 1, expiresAt: nowMs + 1, revokedAt: null },
    ...{ shareId: null, shareLabel: null, openedBy: "Ada" },
    ...changes,
  }) as SessionSummary;
const labelOf = (serverId: string): string => (serverId === "a" ? "studio-mac" : "lab-pi");
const idsOf = (sessions: readonly SessionSummary[]) => sessions.map(({ sessionId }) => sessionId);

const all = [
  session({ sessionId: "over", createdAt: 9, expiresAt: nowMs }),
  session({ sessionId: "old", createdAt: 2 }),
  session({ sessionId: "desk", createdAt: 8, serviceName: deskServiceName }),
  session({ sessionId: "new", createdAt: 7, serverId: "b", shareId: "x", shareLabel: "Anna", openedBy: null }),
  session({ sessionId: "ended", createdAt: 3, revokedAt: nowMs - 60_000 }),
  session({ sessionId: "just ended", createdAt: 1, revokedAt: nowMs - 59_000 }),
];

it.each([
  ["live", "", ["new", "old", "just ended"]],
  ["all", "", ["new", "old", "over", "ended", "just ended"]],
  ["own", "", ["desk", "new", "old", "over", "ended", "just ended"]],
  ["live", " Studio", ["old", "just ended"]],
  ["live", "anna", ["new"]],
  ["all", "ada", ["old", "over", "ended", "just ended"]],
  ["all", "nobody", []],
] as const)("shows %s sessions with “%s”", (which, text, ids) => {
  expect(idsOf(filteredSessions(all, { which, text }, { nowMs, labelOf }))).toEqual(ids);
});

it("says by whom", () => {
  expect(sessionOpener(session({}))).toBe("by Ada");
  expect(sessionOpener(session({ openedBy: null }))).toBe("by a member who left");
  expect(sessionOpener(session({ shareId: "x", shareLabel: "" }))).toBe("by a share link");
  expect(sessionOpener(session({ shareId: "x", shareLabel: "Anna" }))).toBe("by the share link “Anna”");
});

it("says how it went", () => {
  expect((["direct", "turn", "relay", null] as const).map((way) => sessionWay(session({ way })))).toEqual([
    " · direct",
    " · over TURN",
    " · relayed by Culvert’s server",
    "",
  ]);
});

it("counts in words", () => {
  expect([0, 1, 2].map(sessionCountWords)).toEqual([
    "Nothing is open now.",
    "1 session is live.",
    "2 sessions are live.",
  ]);
});
