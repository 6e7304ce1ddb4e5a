/**
 * Runs lines of the conformance list: each at the app's own address, then through the App View. The table of
 * docs/compatibility.md is made of what the tests leave in their `meta`. Invariant: a line that is not run is named as
 * skipped, with its reason.
 */
import { afterAll, beforeAll, describe, expect, type TaskMeta, test } from "vitest";
import { keepOnFailure, logPage, type PageLog } from "../../harness/browser.ts";
import type { AppLayout } from "../../harness/culvert.ts";
import type { Difference, Line } from "./line.ts";
import type { Place } from "./place.ts";
import { runFirefoxLine } from "./run-in-firefox.ts";
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
  /** `equal` to direct, or how it differs; `fails` where it is not what it ought to be, `not-run` where nobody looked. */
  readonly tunnel: "equal" | Difference["type"] | "fails" | "not-run";
  readonly note: string;
  readonly link: string;
}

const lineMs = 120_000;
/** Two browsers and a Culvert start; a busy machine takes its time. */
const stageMs = 300_000;

/** What `npm run compatibility` asks for, `short` or `long`; empty in `npm test`, which runs the short lines that hold. */
export const { CULVERT_CONFORMANCE: asked = "" } = process.env;
export const askedLayout: AppLayout = process.env.CULVERT_CONFORMANCE_LAYOUT === "port" ? "port" : "subdomain";
const isForTable = asked !== "";
export const isFirefox = process.env.CULVERT_CONFORMANCE_BROWSER === "firefox";

/** A file's lines, one test each; in the layout that is asked for, where the file names none. */
export function runLines(group: string, lines: readonly Line[], layout: AppLayout = askedLayout): void {
  describe(group, () => {
    let stage: ConformanceStage;
    let log: PageLog;

    beforeAll(async () => {
      stage = isFirefox ? await firefoxStage(layout) : await setConformanceStage(layout);
      log = logPage(stage.tunnel.page);
      for (const { serve } of lines) await serve?.(stage.target);
    }, stageMs);
    afterAll(() => stage?.close());

    for (const line of lines.toSorted((left, right) => Number(isAwaiting(left)) - Number(isAwaiting(right)))) {
      const name = `${line.number} ${line.behaviour}`;
      if (line.awaits !== undefined && !isForTable) test.skip(`${name} (awaits: ${line.awaits})`);
      else
        test(name, { timeout: line.timeoutMs ?? lineMs }, async ({ task }) => {
          keepOnFailure(`conformance-${line.number}`, stage.tunnel.page, {
            console: () => log.lines,
            ...stage.culvert.logs,
          });
          await (isFirefox ? runFirefoxLine : runLine)(line, stage, task.meta);
        });
    }
  });
}

/** Its driver is loaded where it is asked for alone. */
async function firefoxStage(layout: AppLayout): Promise<ConformanceStage> {
  const { setFirefoxStage } = await import("./firefox-stage.ts");
  return setFirefoxStage(layout);
}

/** Such lines run last: what one leaves broken in the tab is no fault of the others. */
function isAwaiting({ awaits }: Line): boolean {
  return awaits !== undefined;
}

async function runLine(line: Line, stage: ConformanceStage, meta: TaskMeta): Promise<void> {
  const { through, awaits } = line;
  meta.conformance = { ...resultOf(line), isDirectAsWanted: false };
  expect(await observe(line, stage.direct), "directly at the app's own address").toEqual(line.wanted);
  meta.conformance = resultOf(line);
  const fault = await tunnelFault(line, stage);
  if (fault === undefined) meta.conformance = { ...resultOf(line), tunnel: through?.type ?? "equal" };
  if (awaits === undefined && fault !== undefined) throw fault;
  if (awaits !== undefined && fault === undefined)
    throw new Error(`Line ${line.number} passes: take its mark away (awaits: ${awaits}).`);
}

/** What is wrong through the App View; undefined where all is as it ought to be and nothing leaked. */
async function tunnelFault(line: Line, stage: ConformanceStage): Promise<unknown> {
  try {
    const before = await stage.leaks();
    expect(await observe(line, stage.tunnel), "through the App View").toEqual(line.through?.wanted ?? line.wanted);
    const after = await stage.leaks();
    expect(after.onTheWire.slice(before.onTheWire.length), "requests that reached the operator").toEqual([]);
    expect(after.counted - before.counted, "requests that the operator counted").toBe(0);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A line's row before anything is known of the tunnel. */
function resultOf({ number, behaviour, through, awaits, note }: Line): LineResult {
  return {
    number,
    behaviour,
    isDirectAsWanted: true,
    tunnel: "fails",
    note: awaits === undefined ? (through?.why ?? note ?? "") : `Awaits ${awaits}.`,
    link: through?.link ?? "",
  };
}

/** Each observation starts on the blank page, with nothing recorded. */
async function observe(line: Line, place: Place): Promise<unknown> {
  await place.goto("/");
  place.target.forget();
  return place.plain(await line.observe(place));
}
