/** Where the command line writes: events and errors, plain or as JSON lines. */
import type { TunnelError } from "@culvert/protocol";
import picocolors from "picocolors";
import type { AgentEvent } from "../agent/agent-events.ts";
import { jsonFor, type LineContext, lineFor, type Mark } from "./event-lines.ts";

/** What commands write to. */
export interface Output {
  event(event: AgentEvent, context: LineContext): void;
  /** Something worth saying that is no event; not written as JSON. */
  note(text: string, mark?: Mark): void;
  /** A link to open elsewhere; as JSON one line of its own. */
  link(link: { readonly words: string; readonly url: string; readonly lines: readonly string[] }): void;
  /** Why the command fails. */
  error(error: TunnelError): void;
}

type Symbols = Readonly<Record<Mark, string>>;

/** Coloured for a terminal only: a program that reads the lines, on CI too, gets plain text. */
function symbolsFor(stream: NodeJS.WriteStream): Symbols {
  const colors = picocolors.createColors(stream.isTTY === true && !process.env["NO_COLOR"]);
  return {
    ready: colors.green("●"),
    connecting: colors.blue("◌"),
    lost: colors.red("✕"),
    offline: colors.gray("○"),
    note: colors.gray("·"),
  };
}

/** Lines on stdout, errors on stderr. */
export function createConsoleOutput(isJson: boolean): Output {
  const symbols = symbolsFor(process.stdout);
  const say = (text: string) => process.stdout.write(`${text}\n`);
  return {
    event(event, context) {
      // Requests are kept for `culvert logs`; a line for each would bury the others.
      if (event.type === "request") return;
      if (isJson) return void say(jsonFor(event, Date.now()));
      const line = lineFor(event, context);
      if (line !== undefined) say(`${symbols[line.mark]} ${line.text}`);
    },
    note(text, mark = "note") {
      if (!isJson) say(`${symbols[mark]} ${text}`);
    },
    link({ words, url, lines }) {
      if (isJson) say(JSON.stringify({ type: "link", words, url }));
      else say([`${symbols.note} ${words}`, ...lines, url].join("\n"));
    },
    error({ code, message, hint }) {
      const text = isJson
        ? JSON.stringify({ type: "error", code, message, hint })
        : plainError(symbolsFor(process.stderr), message, hint);
      process.stderr.write(`${text}\n`);
    },
  };
}

function plainError(symbols: Symbols, message: string, hint: string): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return `${symbols.lost} ${sentence}${hint === "" ? "" : ` ${hint}`}`;
}
