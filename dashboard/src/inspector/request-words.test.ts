import { expect, test } from "vitest";
import { inspected } from "./inspected-request.fixture.ts";
import { lineWords, outcomeOf, shownTime, timeParts, typeWords } from "./request-words.ts";

test.each([
  [{}, "200 ready"],
  [{ status: 404 }, "404 degraded"],
  [{ status: 502 }, "502 lost"],
  [{ status: null, totalMs: null }, "… connecting"],
  [{ status: null, code: "policy" }, "refused degraded"],
  [{ status: null, code: "canceled" }, "canceled offline"],
  [{ status: 200, code: "canceled" }, "200 canceled offline"],
  [{ status: null, code: "target-unreachable" }, "failed lost"],
  [{ status: 200, code: "path-failed" }, "200 cut lost"],
] as const)("%j is shown as %s", (changes, wanted) => {
  const { text, tone } = outcomeOf(inspected(changes));
  expect(`${text} ${tone}`).toBe(wanted);
});

test.each([
  [{ contentType: "text/javascript" }, "js"],
  [{ contentType: "application/x-ndjson" }, "ndjson"],
  [{ contentType: "", destination: "script" }, "script"],
  [{ kind: "events", contentType: "text/event-stream" }, "events"],
  [{ kind: "websocket", contentType: "" }, "websocket"],
] as const)("%j is of type %s", (changes, words) => {
  expect(typeWords(inspected(changes))).toBe(words);
});

const times = (changes: Parameters<typeof inspected>[0]) =>
  timeParts(inspected(changes)).map(({ name, ms }) => `${name} ${ms}`);

test("the parts of a time add up to it", () => {
  expect(times({ queueMs: 1, headMs: 40, targetMs: 25, totalMs: 50 })).toEqual([
    ...["queue 1", "tunnel 14", "target 25", "body 10"],
  ]);
});

test("what is not known counts to what it was part of", () => {
  expect(times({ targetMs: null })).toEqual(["queue 1", "tunnel 39", "body 10"]);
  expect(times({ queueMs: null, headMs: null, targetMs: null, totalMs: 9 })).toEqual(["queue 9"]);
  expect(times({ queueMs: 2, headMs: null, targetMs: null, totalMs: 9 })).toEqual(["queue 2", "tunnel 7"]);
  expect(times({ queueMs: 2, headMs: 10, targetMs: 30, totalMs: 10 })).toEqual(["queue 2", "target 8"]);
  expect(times({ kind: "websocket", queueMs: 1, headMs: 10, targetMs: 4, totalMs: 60_000 })).toEqual([
    ...["queue 1", "tunnel 5", "target 4"],
  ]);
});

test("a line is told in words", () => {
  expect(lineWords(inspected())).toBe("GET /api/items, 200, json, 50 ms");
  expect(shownTime(inspected({ kind: "websocket", totalMs: null }))).toBe("open");
});
