/**
 * Runs lines of the conformance list: each at the app's own address, then through the App View. The table of
 * docs/compatibility.md is made of what the tests leave in their `meta`.
 */
import { afterAll, beforeAll, describe, expect, type TaskMeta, test } from "vitest";
import { keepOnFailure, logPage, type PageLog } from "../../harness/browser.ts";
import type { Difference, Line } from "./line.ts";
import type { Place } from "./place.ts";
import { type ConformanceStage, setConformanceStage } from "./stage.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What the table shows of a line. */
    conformance?: LineResult;
  }
}

/** How a line went. */
export interface LineResult {
  readonly number: number;
  readonly behaviour: string;
  readonly isDirectAsWanted: boolean;
  /** `equal` to direct, or how it differs; `fails` where it is not what it ought to be. */
  readonly tunnel: "equal" | Difference["type"] | "fails";
  readonly note: string;
  readonly link: string;
}

const lineMs = 120_000;

/** A file's lines, one test each. */
export function runLines(group: string, lines: readonly Line[]): void {
  describe(group, () => {
    let stage: ConformanceStage;
    let log: PageLog;

    beforeAll(async () => {
      stage = await setConformanceStage();
      log = logPage(stage.tunnel.page);
      for (const { serve } of lines) await serve?.(stage.target);
    });
    afterAll(() => stage?.close());

    for (const line of lines) {
      test(`${line.number} ${line.behaviour}`, { timeout: line.timeoutMs ?? lineMs }, async ({ task }) => {
        keepOnFailure(`conformance-${line.number}`, stage.tunnel.page, {
          console: () => log.lines,
          ...stage.culvert.logs,
        });
        await runLine(line, stage, task.meta);
      });
    }
  });
}

async function runLine(line: Line, stage: ConformanceStage, meta: TaskMeta): Promise<void> {
  const { number, behaviour, through } = line;
  const result = (isDirectAsWanted: boolean, tunnel: LineResult["tunnel"]): void => {
    meta.conformance = {
      number,
      behaviour,
      isDirectAsWanted,
      tunnel,
      note: through?.why ?? line.note ?? "",
      link: through?.link ?? "",
    };
  };
  result(false, "fails");
  expect(await observe(line, stage.direct), "directly at the app's own address").toEqual(line.wanted);
  result(true, "fails");
  const before = await stage.leaks();
  expect(await observe(line, stage.tunnel), "through the App View").toEqual(through?.wanted ?? line.wanted);
  const after = await stage.leaks();
  expect(after.onTheWire.slice(before.onTheWire.length), "requests that reached the operator").toEqual([]);
  expect(after.counted - before.counted, "requests that the operator counted").toBe(0);
  result(true, through?.type ?? "equal");
}

/** Each observation starts on the blank page, with nothing recorded. */
async function observe(line: Line, place: Place): Promise<unknown> {
  await place.goto("/");
  place.target.forget();
  return place.plain(await line.observe(place));
}
