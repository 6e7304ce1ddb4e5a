/** A conformance line in Firefox: what the app gives at its own address there is what the App View is held to. */
import { expect, type TaskMeta } from "vitest";
import { NotInFirefox } from "../../harness/firefox-page.ts";
import type { Line } from "./line.ts";
import type { Place } from "./place.ts";
import type { ConformanceStage } from "./stage.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What the table of Firefox shows of a line. */
    firefox?: FirefoxResult;
  }
}

/** How a line went in Firefox. */
export interface FirefoxResult {
  readonly number: number;
  readonly behaviour: string;
  /** `as-chromium`: what the line wants of Chromium; `other`: Firefox differs there. */
  readonly direct: "as-chromium" | "other" | "fails" | "not-run";
  /** `equal` to direct in Firefox; `by-design`: as Chromium's own tunnel, where that must differ. */
  readonly tunnel: "equal" | "by-design" | "fails" | "not-run";
  readonly note: string;
}

/** The row of a line that nobody looked at. */
export function notRunInFirefox({ number, behaviour }: Line, note: string): FirefoxResult {
  return { number, behaviour, direct: "not-run", tunnel: "not-run", note };
}

/** Runs it at both places. */
export async function runFirefoxLine(line: Line, stage: ConformanceStage, meta: TaskMeta): Promise<void> {
  const { number, behaviour } = line;
  const tell = (result: Pick<FirefoxResult, "direct" | "tunnel"> & { note?: string }): void => {
    meta.firefox = { number, behaviour, note: "", ...result };
  };
  tell({ direct: "fails", tunnel: "not-run" });
  const direct = await observe(line, stage.direct);
  if (direct instanceof NotInFirefox) {
    meta.firefox = notRunInFirefox(line, direct.message);
    return;
  }
  const asChromium = isSame(direct, line.wanted) ? "as-chromium" : "other";
  tell({ direct: asChromium, tunnel: "fails" });
  const before = await stage.leaks();
  const through = await observe(line, stage.tunnel);
  if (through instanceof NotInFirefox) return tell({ direct: asChromium, tunnel: "not-run", note: through.message });
  const after = await stage.leaks();
  expect(after.onTheWire.slice(before.onTheWire.length), "requests that reached the operator").toEqual([]);
  const differs = line.through !== undefined && isSame(through, line.through.wanted);
  if (!differs) expect(through, "through the App View").toEqual(direct);
  tell({ direct: asChromium, tunnel: isSame(through, direct) ? "equal" : "by-design" });
}

function isSame(left: unknown, right: unknown): boolean {
  try {
    expect(left).toEqual(right);
    return true;
  } catch {
    return false;
  }
}

async function observe(line: Line, place: Place): Promise<unknown> {
  await place.goto("/");
  place.target.forget();
  try {
    return place.plain(await line.observe(place));
  } catch (error) {
    if (error instanceof NotInFirefox) return error;
    throw error;
  }
}
