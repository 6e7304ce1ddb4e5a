/** Where commands write: lines for people, or JSON for programs. Answers on stdout, errors on stderr. */
import { TunnelError } from "@culvert/protocol";
import picocolors from "picocolors";
import type { AgentEvent } from "../agent/agent-events.ts";
import { jsonFor, type LineContext, lineFor, type Mark } from "./event-lines.ts";

/** Colours and marks of one stream. */
export type Palette = ReturnType<typeof picocolors.createColors> & { readonly marks: Readonly<Record<Mark, string>> };

/** What commands write to. */
export interface Output {
  readonly isJson: boolean;
  /** Stdout's. */
  readonly palette: Palette;
  event(event: AgentEvent, context: LineContext): void;
  /** Something worth saying that is no event; not written as JSON. */
  note(text: string, mark?: Mark): void;
  /** One JSON line with the time, for commands that run on; nothing for people. */
  record(fields: object): void;
  /** A link to open elsewhere; as JSON one line of its own. */
  link(link: { readonly words: string; readonly url: string; readonly lines: readonly string[] }): void;
  /** All that a command was asked for: as JSON one value, for people the lines. */
  answer(value: unknown, lines: readonly string[]): void;
  /** Why the command fails, and what to do. */
  error(error: TunnelError): void;
}

/** Coloured for a terminal only: a program that reads the lines, on CI too, gets plain text. */
export function paletteFor(stream: NodeJS.WriteStream): Palette {
  const colors = picocolors.createColors(stream.isTTY === true && !process.env.NO_COLOR);
  const marks = {
    ready: colors.green("●"),
    connecting: colors.blue("◌"),
    degraded: colors.yellow("◐"),
    lost: colors.red("✕"),
    offline: colors.gray("○"),
    note: colors.gray("·"),
  };
  return { ...colors, marks };
}

/** Writes to this process's streams. */
export function createOutput(isJson: boolean): Output {
  const palette = paletteFor(process.stdout);
  const { marks } = palette;
  const say = (text: string) => process.stdout.write(`${text}\n`);
  return {
    isJson,
    palette,
    event(event, context) {
      // Requests are kept for `culvert logs`; a line for each would bury the others.
      if (event.type === "request") return;
      if (isJson) return void say(jsonFor(event, Date.now()));
      const line = lineFor(event, context);
      if (line !== undefined) say(`${marks[line.mark]} ${line.text}`);
    },
    note(text, mark = "note") {
      if (!isJson) say(`${marks[mark]} ${text}`);
    },
    record(fields) {
      if (isJson) say(JSON.stringify({ time: new Date().toISOString(), ...fields }));
    },
    link({ words, url, lines }) {
      if (isJson) say(JSON.stringify({ type: "link", words, url }));
      else say([`${marks.note} ${words}`, ...lines, url].join("\n"));
    },
    answer(value, lines) {
      if (isJson) say(JSON.stringify(value, null, 2));
      else if (lines.length > 0) say(lines.join("\n"));
    },
    error(error) {
      const plain = () => `${paletteFor(process.stderr).marks.lost} ${errorWords(error)}`;
      process.stderr.write(`${isJson ? errorJson(error) : plain()}\n`);
    },
  };
}

/** Anything that was thrown, written; for what a command did not foresee too. */
export function writeError(output: Output, thrown: unknown): void {
  output.error(TunnelError.from(thrown));
}

function errorJson({ code, message, hint }: TunnelError): string {
  return JSON.stringify({ type: "error", code, message, hint });
}

/** What happened, then what to do, as sentences. */
export function errorWords({ message, hint }: Pick<TunnelError, "message" | "hint">): string {
  const sentence = /[.!?…]$/.test(message) ? message : `${message}.`;
  return `${sentence}${hint === "" ? "" : ` ${hint}`}`;
}
