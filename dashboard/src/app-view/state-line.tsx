/** The state line: how the app is connected in a few words, and in more of them when asked. */
import type { AppFigures, AppViewPath, AppViewState } from "@culvert/browser-client";
import { Popover, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import type { Tone } from "../words/tone.ts";
import { ConnectionDetails } from "./connection-details.tsx";
import type { PathHistory } from "./path-history.ts";
import { useCloseOnBlur } from "./use-close-on-blur.ts";
import "./state-line.css";

/** What the line shows. */
interface StateLineProps {
  readonly state: AppViewState;
  readonly paths: readonly AppViewPath[];
  readonly history: PathHistory;
  readonly figures: AppFigures | undefined;
  readonly line: { readonly tone: Tone; readonly text: string };
  readonly label: string;
  readonly serverId: string | undefined;
}

/** A button in the bar; its words are told to screen readers when they change in kind, not at each sample. */
export function StateLine({ line, ...details }: StateLineProps): ReactElement {
  const { state } = details;
  const [opened, setOpened] = useState(false);
  useCloseOnBlur(opened, setOpened);
  return (
    <>
      <span className="visually-hidden" role="status">
        {state.phase === "open" ? `Connected: ${state.pathKind}` : line.text}
      </span>
      <Popover opened={opened} onChange={setOpened} position="bottom-end" width={360} trapFocus returnFocus>
        <Popover.Target>
          <UnstyledButton
            className="bar-button state-line"
            data-tone={line.tone}
            aria-label={`Connection: ${line.text}`}
            onClick={() => setOpened(!opened)}
          >
            <StateDot tone={line.tone} />
            <span className="state-line-text tabular">{line.text}</span>
            <IconChevronDown size={14} />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown aria-label="Connection" className="state-line-popover">
          <ConnectionDetails {...details} title={line.text} />
        </Popover.Dropdown>
      </Popover>
    </>
  );
}
