/** The ways in which a path is cut, in turn. */
import type { Page } from "playwright-core";
import type { Link } from "../../network/link.ts";
import type { Culvert } from "../culvert.ts";
import { closeConnections } from "./counting-page.ts";

/** What can be cut. */
export interface Cuttable {
  readonly page: Page;
  readonly link: Link;
  readonly culvert: Culvert;
}

export const cutKinds = ["channel closed", "black hole", "black hole, healed", "address change"] as const;
export type CutKind = (typeof cutKinds)[number];

/** Long enough that every path is suspect, so that a replacement is tried into the hole. */
const holeMs = 700;

const directions = ["to-viewer", "to-agent", undefined] as const;
const changed = ["agent", "viewer", undefined] as const;

/**
 * Cuts what is there. `turn` counts the cuts of a kind: the channel is closed by either side, the hole swallows either
 * direction or both, either side's addresses change or both. Resolves with the time from which recovery counts: of the cut,
 * or of the end of a hole that nothing can pass.
 */
export async function cut(kind: CutKind, turn: number, { page, link, culvert }: Cuttable): Promise<number> {
  const cutMs = Date.now();
  switch (kind) {
    case "channel closed":
      if (turn % 2 === 1) culvert.signalAgent("SIGUSR2");
      else if ((await page.evaluate(closeConnections)) === 0) throw new Error("no connection was up to be closed");
      return cutMs;
    case "black hole":
      await link.swallowFlows(directions[turn % 3]);
      return cutMs;
    case "black hole, healed": {
      const direction = directions[turn % 3];
      await link.blackHole(direction);
      await new Promise((resolve) => setTimeout(resolve, holeMs));
      const healedMs = Date.now();
      await link.heal(direction);
      return healedMs;
    }
    case "address change":
      await link.changeAddress(changed[turn % 3]);
      return cutMs;
    default:
      return kind satisfies never;
  }
}
