/** One picture of a running agent as lines of a terminal. Pure. */
import { stripVTControlCharacters } from "node:util";
import textWidth from "fast-string-width";
import type { Mark } from "../event-lines.ts";
import type { AgentStatus, LogRecord } from "../local/agent-status.ts";
import type { Palette } from "../output.ts";
import { clockTime, counted, printable, spokenDuration } from "../spoken.ts";
import { stateOf } from "../state-words.ts";
import { clipped, padded, tableLines } from "../text-table.ts";

/** What a frame shows, and how large it may be. */
export interface LiveFrame {
  readonly status: AgentStatus;
  /** The last requests, oldest first. */
  readonly requests: readonly LogRecord[];
  /** The last thing to say that is no request; undefined for nothing. */
  readonly lastNote: LogRecord | undefined;
  readonly columns: number;
  readonly rows: number;
  readonly palette: Palette;
  readonly nowMs: number;
}

const healthMarks = { healthy: "ready", unreachable: "lost", unknown: "connecting" } as const satisfies Record<
  string,
  Mark
>;

/** The lines, none wider than `columns` and no more than `rows`. */
export function liveFrame(frame: LiveFrame): string[] {
  const { status, palette, columns, rows, nowMs } = frame;
  const head = [...stateLines(frame), "", ...serviceLines(frame), "", ...countLines(status, palette)];
  const note = frame.lastNote === undefined ? [] : ["", noteLine(frame.lastNote, palette, columns)];
  const foot = ["", palette.dim(`up ${spokenDuration(nowMs - status.startedAt)} · Ctrl-C stops it`)];
  const room = rows - head.length - note.length - foot.length - 2;
  const requests = room < 1 ? [] : requestLines(frame, room);
  const lines = [...head, ...(requests.length === 0 ? [] : ["", ...requests]), ...note, ...foot];
  return lines.slice(0, rows).map((line) => within(line, columns));
}

/** A line that would wrap loses its colours, and what is too much. */
function within(line: string, columns: number): string {
  return textWidth(line) <= columns ? line : clipped(stripVTControlCharacters(line), columns);
}

function stateLines({ status, palette, columns }: LiveFrame): string[] {
  const { mark, word, reason } = stateOf(status);
  const lines = [`${palette.marks[mark]} ${palette.bold(status.label)}  ${word}  ${palette.cyan(status.serverUrl)}`];
  if (reason !== undefined) lines.push(`  ${clipped(printable(reason), columns - 2)}`);
  const fault = status.config?.fault;
  if (fault) lines.push(`${palette.marks.degraded} ${clipped(printable(fault), columns - 2)}`);
  return lines;
}

function serviceLines({ status, palette, columns }: LiveFrame): string[] {
  const rows = status.services.map(({ name, target, health, mode }) => {
    const words = health === "unreachable" ? `${target}: nothing answers, start the app` : target;
    return [
      `${palette.marks[healthMarks[health]]} ${name}`,
      clipped(`${words}${mode === "tcp" ? " (tcp)" : ""}`, columns - 24),
    ];
  });
  return tableLines(rows);
}

function countLines({ viewers, requests }: AgentStatus, palette: Palette): string[] {
  const paths = viewers.slice(0, 4).map(({ path }) => {
    if (path === null) return "no path";
    const kind = { direct: "direct", turn: "TURN", relay: "relay" }[path.kind];
    return path.rttMs === null ? kind : `${kind} ${Math.round(path.rttMs)} ms`;
  });
  return tableLines([
    [palette.dim("viewers"), [counted(viewers.length, "viewer"), ...paths].join(" · ")],
    [palette.dim("requests"), `${requests.total} · ${requests.perSecond.toFixed(1)} per second`],
  ]);
}

function requestLines({ requests, palette, columns }: LiveFrame, room: number): string[] {
  return requests.slice(-room).map((record) => {
    const { kind, method, path, status, code, durationMs, serviceName } = record;
    const time = clockTime(Date.parse(record.time));
    if (kind === "tcp") return palette.dim(`${time}  TCP    connection to ${printable(String(serviceName))}`);
    const answer = typeof status === "number" ? String(status) : String(code ?? "");
    const shown = typeof status === "number" && status < 400 ? answer : palette.red(answer);
    const left = `${time}  ${padded(printable(String(method)), 6)} `;
    const right = `  ${shown}  ${spokenDuration(Number(durationMs))}`;
    const width = Math.max(8, Math.min(60, columns - left.length - answer.length - 12));
    return `${palette.dim(left)}${padded(clipped(printable(String(path)), width), width)}${right}`;
  });
}

function noteLine({ time, mark, text }: LogRecord, palette: Palette, columns: number): string {
  return `${palette.marks[mark]} ${clipped(`${clockTime(Date.parse(time))} ${printable(text)}`, columns - 2)}`;
}
