/** The steps of an enrolment as they happen: done, waited for, still to come. */
import type { ServerView } from "@culvert/protocol/signaling";
import { IconCheck } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { arrivalSteps } from "./arrival-steps.ts";

/** The steps of a server, or of one that is not there yet. */
export function ArrivalList({ server }: { server: ServerView | undefined }): ReactElement {
  return (
    <ol className="arrival-list" aria-live="polite">
      {arrivalSteps(server).map(({ words, state }) => (
        <li key={words} data-state={state}>
          {state === "done" ? (
            <IconCheck size={14} stroke={2.5} aria-hidden="true" />
          ) : (
            <StateDot tone={state === "now" ? "connecting" : "offline"} />
          )}
          {words}
          <span className="visually-hidden">{{ done: ", done", now: ", waiting", later: ", later" }[state]}</span>
        </li>
      ))}
    </ol>
  );
}
