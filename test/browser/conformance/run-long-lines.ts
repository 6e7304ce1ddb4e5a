/**
 * Runs long lines of the conformance list, all at once: the first that is awaited takes as long as all. Only `npm run
 * compatibility -- --long` runs them; elsewhere the table shows that they were not run.
 */
import { afterAll, beforeAll, describe, expect, onTestFailed, type TaskMeta, test } from "vitest";
import { keepLogs } from "../../harness/browser.ts";
import type { LongLine } from "./long-line.ts";
import { type LongStage, setLongStage } from "./long-stage.ts";
import { notRunInFirefox } from "./run-in-firefox.ts";
import { asked, askedLayout, isFirefox, type LineResult } from "./run-lines.ts";

/** The longest line lasts ten minutes. */
const timeoutMs = 15 * 60_000;

/** Three browsers and a Culvert start; a busy machine takes its time. */
const stageMs = 300_000;

/** The lines, one test each. */
export function runLongLines(lines: readonly LongLine[]): void {
  describe("long", () => {
    let stage: LongStage | undefined;

    beforeAll(async () => {
      if (asked === "long" && !isFirefox) stage = await setLongStage(lines, askedLayout);
    }, stageMs);
    afterAll(() => stage?.close());

    for (const line of lines) {
      test(`${line.number} ${line.behaviour}`, { timeout: timeoutMs }, async ({ task, skip }) => {
        if (stage === undefined) {
          if (asked !== "") task.meta.conformance = notRun(line);
          task.meta.firefox = notRunInFirefox(line, "It takes minutes; run in Chromium alone.");
          skip("it takes minutes: npm run compatibility -- --long");
        } else {
          const { culvert } = stage;
          onTestFailed(() => void keepLogs(`conformance-${line.number}`, culvert.logs));
          await runLine(line, stage, task.meta);
        }
      });
    }
  });
}

async function runLine(line: LongLine, stage: LongStage, meta: TaskMeta): Promise<void> {
  const result: LineResult = { ...notRun(line), isDirectAsWanted: false, tunnel: "fails", note: line.note ?? "" };
  meta.conformance = result;
  expect(await line.observe(stage.place("direct", line)), "directly at the app's own address").toEqual(line.wanted);
  meta.conformance = { ...result, isDirectAsWanted: true };
  expect(await line.observe(stage.place("tunnel", line)), "through the App View").toEqual(line.wanted);
  expect(stage.leaks(), "requests that reached the operator").toEqual([]);
  meta.conformance = { ...result, isDirectAsWanted: true, tunnel: "equal" };
}

/** The table shows a long line too where it was not run. */
function notRun({ number, behaviour }: LongLine): LineResult {
  const note = "It takes minutes; run with `--long`.";
  return { number, behaviour, isDirectAsWanted: true, tunnel: "not-run", note, link: "" };
}
