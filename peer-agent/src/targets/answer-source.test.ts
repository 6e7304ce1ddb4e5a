import type { HeaderList } from "@culvert/protocol/http";
import { expect, test } from "vitest";
import { AnswerSource } from "./answer-source.ts";

/** What the target's connection is told while 10 bytes come, then 5, and each part is paused for. */
function told(headers: HeaderList): string[] {
  const calls: string[] = [];
  const source = new AnswerSource({ pause: () => calls.push("pause"), resume: () => calls.push("resume") }, headers);
  for (const size of [10, 5]) {
    source.received(new Uint8Array(size));
    source.pause();
    source.resume();
  }
  return calls;
}

test("a body of a declared length is paused, but not behind its last byte", () => {
  expect(told([["Content-Length", "15"]])).toEqual(["pause", "resume", "resume"]);
});

test("a body whose end is told in another way is always paused", () => {
  expect(told([])).toEqual(["pause", "resume", "pause", "resume"]);
  expect(told([["content-length", "16"]])).toEqual(["pause", "resume", "pause", "resume"]);
});
