/**
 * Redraws one picture of the agent in place, below what the terminal has shown before.
 * Invariant: after `stop` the cursor shows, below the last picture, and nothing is drawn any more.
 */
import type { ActivityLog } from "../local/activity-log.ts";
import type { AgentStatus } from "../local/agent-status.ts";
import type { Palette } from "../output.ts";
import { liveFrame } from "./live-frame.ts";

/** Rates and round trips change without an event. */
const redrawEveryMs = 1_000;
/** Events in a burst are drawn once. */
const soonMs = 80;
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";

/** What is drawn. */
export interface LiveViewSources {
  readonly log: ActivityLog;
  readonly palette: Palette;
  status(): AgentStatus;
}

/** The part of a terminal that is drawn on. */
export type Screen = Pick<NodeJS.WriteStream, "write" | "columns" | "rows" | "on" | "off">;

/** Draws at once and on. */
export function startLiveView(
  { status, log, palette }: LiveViewSources,
  screen: Screen = process.stdout,
): { stop(): void } {
  let drawnLines = 0;
  let soon: NodeJS.Timeout | undefined;
  const draw = () => {
    clearTimeout(soon);
    soon = undefined;
    // The last column and row stay free: a terminal that wraps or scrolls would shift what is drawn over.
    const lines = liveFrame({
      ...{ status: status(), palette, nowMs: Date.now() },
      requests: log.last(100, ({ type }) => type === "request"),
      lastNote: log.last(1, ({ type, text }) => type !== "request" && text !== "").at(0),
      columns: Math.max(40, screen.columns || 80) - 1,
      rows: Math.max(8, screen.rows || 24) - 1,
    });
    const back = drawnLines === 0 ? "" : `\u001b[${drawnLines}A\r\u001b[J`;
    screen.write(`${hideCursor}${back}${lines.join("\n")}\n`);
    drawnLines = lines.length;
  };
  const drawSoon = () => {
    soon ??= setTimeout(draw, soonMs);
  };
  draw();
  const every = setInterval(draw, redrawEveryMs);
  const done = log.onRecord(drawSoon);
  screen.on("resize", drawSoon);
  return {
    stop() {
      clearInterval(every);
      done();
      screen.off("resize", drawSoon);
      draw();
      screen.write(showCursor);
    },
  };
}
