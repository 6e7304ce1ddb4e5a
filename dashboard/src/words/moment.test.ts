import { describe, expect, it } from "vitest";
import { agoWords, countdownWords, durationWords, exactWords, momentWords } from "./moment.ts";

const nowMs = Date.UTC(2026, 10, 21, 14, 20, 0);
const reader = { nowMs, timeZone: "UTC" };

describe("momentWords", () => {
  it.each([
    [Date.UTC(2026, 10, 21, 14, 2), "14:02"],
    [Date.UTC(2026, 10, 21, 0, 0), "00:00"],
    [Date.UTC(2026, 10, 20, 22, 10), "yesterday 22:10"],
    [Date.UTC(2026, 10, 19, 22, 10), "19 Nov 22:10"],
    [Date.UTC(2025, 0, 3, 9, 5), "3 Jan 2025"],
  ])("says %d as %s", (atMs, words) => {
    expect(momentWords(atMs, reader)).toBe(words);
  });

  it("takes the reader's day, not UTC's", () => {
    const shortlyBeforeMidnightUtc = Date.UTC(2026, 10, 20, 23, 30);
    expect(momentWords(shortlyBeforeMidnightUtc, { nowMs, timeZone: "Europe/Berlin" })).toBe("00:30");
  });
});

describe("agoWords", () => {
  it.each([
    [0, "just now"],
    [-5_000, "just now"],
    [59_999, "just now"],
    [60_000, "1 min ago"],
    [59 * 60_000, "59 min ago"],
    [3 * 3_600_000, "3 h ago"],
    [25 * 3_600_000, "yesterday 13:20"],
  ])("says %d ms back as %s", (passedMs, words) => {
    expect(agoWords(nowMs - passedMs, reader)).toBe(words);
  });
});

it("gives the exact moment to those who ask", () => {
  expect(exactWords(Date.UTC(2026, 10, 21, 14, 2, 11), reader)).toBe("Sat 21 Nov 2026, 14:02:11");
});

describe("durationWords", () => {
  it.each([
    [0.4, "<1 ms"],
    [12.4, "12 ms"],
    [999, "999 ms"],
    [999.9, "1.0 s"],
    [1_240, "1.2 s"],
    [38_400, "38 s"],
    [180_000, "3 min"],
  ])("says %d ms as %s", (durationMs, words) => {
    expect(durationWords(durationMs)).toBe(words);
  });
});

describe("countdownWords", () => {
  it.each([
    [600_000, "10:00"],
    [582_000, "9:42"],
    [500, "0:01"],
    [0, "0:00"],
    [-9_000, "0:00"],
  ])("with %d ms left says %s", (leftMs, words) => {
    expect(countdownWords(nowMs + leftMs, nowMs)).toBe(words);
  });
});
