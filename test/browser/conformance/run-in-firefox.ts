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
export function notRunInFirefox(
  { number, behaviour }: Pick<Line, "number" | "behaviour">,
  note: string,
): FirefoxResult {
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
  if (!differsByDesign(line, direct, through)) expect(through, "through the App View").toEqual(direct);
  tell({ direct: asChromium, tunnel: isSame(through, direct) ? "equal" : "by-design" });
}

/** True where nothing differs here but what the line says must differ. */
function differsByDesign({ wanted, through }: Line, direct: unknown, seen: unknown): boolean {
  if (through === undefined) return false;
  const named = new Set(differences(wanted, through.wanted));
  return differences(direct, seen).every((place) => named.has(place));
}

/** Places at which two values of JSON differ. */
function differences(left: unknown, right: unknown, place = ""): readonly string[] {
  if (isBranch(left) && isBranch(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].flatMap((name) => differences(left[name], right[name], `${place}/${name}`));
  }
  return isSame(left, right) ? [] : [place];
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
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
