import { expect, test } from "vitest";
import { ago, sizeWords, stateWords, viewerWords } from "./words.ts";

test.each([
  [0, "just now"],
  [40_000, "40 s ago"],
  [61_000, "1 min ago"],
  [7_300_000, "2 h ago"],
  [86_400_000, "1 day ago"],
  [5 * 86_400_000, "5 days ago"],
  [-1_000, "just now"],
])("%i ms ago is said %j", (elapsedMs, words) => {
  expect(ago(1_000_000_000 - elapsedMs, 1_000_000_000)).toBe(words);
});

test.each([
  [0, "0 B"],
  [812, "812 B"],
  [4_100, "4.1 kB"],
  [16_000_000, "16 MB"],
])("%i bytes are said %j", (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});

test("a session's state says what runs and since when it is quiet", () => {
  const session = {
    ...{ id: "a__b__c", prefix: "a", workspace: "b", slot: "c", command: "vim", createdMs: 0, beatMs: 0 },
    ...{ lastOutputMs: 0, sequence: 0, keptBytes: 0, viewers: 0, attached: 0, attachCommand: null },
  };
  expect(stateWords({ ...session, state: "active" }, 0)).toBe("active · vim");
  expect(stateWords({ ...session, state: "quiet" }, 120_000)).toBe("quiet · vim, last output 2 min ago");
  expect(stateWords({ ...session, state: "ended" }, 7_200_000)).toBe("ended 2 h ago");
  expect(viewerWords({ viewers: 2, attached: 1 })).toBe("2 pages, 1 terminal attached");
});
