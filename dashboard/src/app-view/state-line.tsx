/** The state line: how the app is connected in a few words, and in more of them when asked. */
import type { AppViewPath, AppViewState } from "@culvert/browser-client";
import { Popover, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { pathMeaning } from "../words/state-line.ts";
import type { Tone } from "../words/tone.ts";
import { BootStepList } from "./boot-step-list.tsx";
import { PathList } from "./path-list.tsx";
import { useCloseOnBlur } from "./use-close-on-blur.ts";
import "./state-line.css";

/** What the line shows. */
interface StateLineProps {
  readonly state: AppViewState;
  readonly paths: readonly AppViewPath[];
  readonly line: { readonly tone: Tone; readonly text: string };
  readonly label: string;
}

/** A button in the bar; its words are told to screen readers when they change in kind, not at each sample. */
export function StateLine({ state, paths, line, label }: StateLineProps): ReactElement {
  const [opened, setOpened] = useState(false);
  useCloseOnBlur(opened, setOpened);
  return (
    <>
      <span className="visually-hidden" role="status">
        {state.phase === "open" ? `Connected: ${state.pathKind}` : line.text}
      </span>
      <Popover opened={opened} onChange={setOpened} position="bottom-end" width={304} trapFocus returnFocus>
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
        <Popover.Dropdown aria-label="Connection">
          <div className="state-line-details" tabIndex={-1} data-autofocus>
            <strong>{line.text}</strong>
            {state.phase === "open" && <p>{pathMeaning(state.pathKind, label)}</p>}
            {(state.phase === "lost" || state.phase === "failed") && <p>{state.message}</p>}
            {state.phase === "open" && <PathList paths={paths} />}
            {"steps" in state && <BootStepList steps={state.steps} />}
          </div>
        </Popover.Dropdown>
      </Popover>
    </>
  );
}
