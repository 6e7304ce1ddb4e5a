/** One terminal session: its name, what it does, the command that attaches, and a way in. */
import type { TerminalSession } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { CopyButton } from "../shell/copy-button.tsx";
import { ExactTime } from "../shell/exact-time.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { agoWords } from "../words/moment.ts";
import { shortName, terminalTone, watcherWords } from "../words/terminals.ts";
import "./terminal-row.css";

interface TerminalRowProps {
  readonly session: TerminalSession;
  /** Its page in the App View. */
  readonly href: string;
  /** By the clock of the machine, whose times these are. */
  readonly nowMs: number;
}

/** The row. */
export function TerminalRow({ session, href, nowMs }: TerminalRowProps): ReactElement {
  const { name, state, command, lastOutputAt, attachCommand } = session;
  const watchers = watcherWords(session);
  const opening = state === "ended" ? "Read" : "Open";
  return (
    <li className="panel-row terminal-row">
      <span>
        <StateDot tone={terminalTone(state)} /> <strong title={name}>{shortName(name)}</strong>{" "}
        <span className="dim">
          {state}
          {command !== "" && (
            <>
              {" "}
              · <code>{command}</code>
            </>
          )}
        </span>
        <br />
        <span className="dim tabular">
          {lastOutputAt === null ? (
            "wrote nothing yet"
          ) : (
            <>
              wrote <ExactTime atMs={lastOutputAt} words={agoWords(lastOutputAt, { nowMs })} />
            </>
          )}
          {watchers !== "" && ` · ${watchers}`}
        </span>
      </span>
      <Button size="xs" variant="default" component="a" href={href} aria-label={`${opening} ${shortName(name)}`}>
        {opening}
      </Button>
      {attachCommand !== null && (
        <div className="terminal-attach">
          <span className="dim">In any terminal of the machine:</span>
          <code>{attachCommand}</code>
          <CopyButton text={attachCommand} name={`Copy the command that attaches to ${shortName(name)}`} />
        </div>
      )}
    </li>
  );
}
