/** What the doctor finds: what was looked at, what was seen, and what to do about it. */
import { TunnelError } from "@culvert/protocol";
import type { Mark } from "../event-lines.ts";

/** `wrong`: it does not work; `doubtful`: it works in part; `skipped`: it could not be looked at. */
export type FindingState = "fine" | "doubtful" | "wrong" | "skipped";

/** One look. `todo`: what a person does now; "" for nothing. */
export interface Finding {
  readonly check: string;
  readonly state: FindingState;
  readonly seen: string;
  readonly todo: string;
}

/** How states are marked. */
export const findingMarks = {
  fine: "ready",
  doubtful: "degraded",
  wrong: "lost",
  skipped: "offline",
} as const satisfies Record<FindingState, Mark>;

export function fine(check: string, seen: string): Finding {
  return { check, state: "fine", seen, todo: "" };
}

export function doubtful(check: string, seen: string, todo: string): Finding {
  return { check, state: "doubtful", seen, todo };
}

export function wrong(check: string, seen: string, todo: string): Finding {
  return { check, state: "wrong", seen, todo };
}

export function skipped(check: string, seen: string, todo = ""): Finding {
  return { check, state: "skipped", seen, todo };
}

/** What a look that failed says of itself. */
export function failed(check: string, thrown: unknown): Finding {
  const { message, hint } = TunnelError.from(thrown);
  return wrong(check, message, hint);
}
