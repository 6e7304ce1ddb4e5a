/** The six steps with their states and times. */
import type { BootStep } from "@culvert/browser-client";
import { IconCheck, IconMinus, IconX } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { type ShownStep, shownSteps } from "../words/boot-steps.ts";
import "./boot-step-list.css";

/** One line per step. */
export function BootStepList({ steps }: { steps: readonly BootStep[] }): ReactElement {
  return (
    <ol className="boot-steps">
      {shownSteps(steps).map((step) => (
        <li key={step.name} data-state={step.state}>
          <span className="boot-step-sign">{signs[step.state]}</span>
          <span className="boot-step-title">{step.title}</span>
          <span className="boot-step-doing">{doingOf(step)}</span>
          <span className="boot-step-time tabular" title={step.exactTime}>
            {step.time}
          </span>
        </li>
      ))}
    </ol>
  );
}

const signs: Readonly<Record<BootStep["state"], ReactElement>> = {
  waiting: <IconMinus size={14} aria-label="waiting" />,
  running: <StateDot tone="connecting" />,
  done: <IconCheck size={14} aria-label="done" />,
  failed: <IconX size={14} aria-label="failed" />,
};

function doingOf({ state, doing }: ShownStep): string {
  if (state === "running") return `${doing} …`;
  return state === "failed" ? "failed" : "";
}
