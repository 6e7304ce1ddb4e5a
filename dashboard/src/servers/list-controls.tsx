/** What the list shows and in which order: states to choose from with how many are in each, order, groups. */
import type { ServerState, ServerView } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { serverStateWords } from "../words/server-state.ts";
import { type ListGroup, type ListOrder, type ListView, listGroups, listOrders } from "./list-view.ts";
import "./list-controls.css";

const states: readonly ServerState[] = ["ready", "degraded", "unavailable", "disconnected"];

interface ListControlsProps {
  readonly servers: readonly ServerView[];
  readonly view: ListView;
  onChange(change: Partial<ListView>): void;
}

/** The line between title and list. A state that no server is in is offered while it is chosen. */
export function ListControls({ servers, view, onChange }: ListControlsProps): ReactElement {
  const counts = new Map(states.map((state) => [state, servers.filter((server) => server.state === state).length]));
  const offered = states.filter((state) => counts.get(state) !== 0 || view.state === state);
  return (
    <div className="list-controls">
      <fieldset className="list-states">
        <legend className="visually-hidden">Servers by state</legend>
        <button type="button" aria-pressed={view.state === "any"} onClick={() => onChange({ state: "any" })}>
          All <span className="list-count">{servers.length}</span>
        </button>
        {offered.map((state) => {
          const { tone, word } = serverStateWords(state);
          return (
            <button
              key={state}
              type="button"
              aria-pressed={view.state === state}
              onClick={() => onChange({ state: view.state === state ? "any" : state })}
            >
              <StateDot tone={tone} /> {word} <span className="list-count">{counts.get(state)}</span>
            </button>
          );
        })}
      </fieldset>
      <Choice
        label="Sort"
        choices={listOrders}
        value={view.order}
        onChange={(order) => onChange({ order: order as ListOrder })}
      />
      <Choice
        label="Group"
        choices={listGroups}
        value={view.group}
        onChange={(group) => onChange({ group: group as ListGroup })}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly choices: Readonly<Record<string, string>>;
  readonly value: string;
  onChange(value: string): void;
}

/** The browser's own select: on a phone its own wheel or sheet. */
function Choice({ label, choices, value, onChange }: ChoiceProps): ReactElement {
  return (
    <label className="list-choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {Object.entries(choices).map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
