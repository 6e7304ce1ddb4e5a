/** Every remote session of the account: those that live first, searched and filtered. */
import type { ServerView, SessionSummary } from "@culvert/protocol/signaling";
import { Button, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useDeferredValue, useState } from "react";
import { sessionsQuery } from "../api/sessions.ts";
import { useNow } from "../live/use-now.ts";
import { Loaded } from "../shell/loaded.tsx";
import { filteredSessions, isLiveSession, type SessionFilter, sessionCountWords } from "../words/sessions.ts";
import { SessionList } from "./session-list.tsx";
import "../members/members-page.css";

const pageRows = 25;

const choices: readonly { readonly which: SessionFilter["which"]; readonly label: string }[] = [
  { which: "live", label: "Live" },
  { which: "all", label: "Live and over" },
  { which: "own", label: "With the dashboard’s own" },
];

/** The section. */
export function SessionSection({ servers }: { servers: readonly ServerView[] }): ReactElement {
  const sessions = useQuery(sessionsQuery);
  return (
    <section className="panel" aria-labelledby="sessions-title">
      <h2 id="sessions-title">What is open</h2>
      <p className="dim">
        A session lets one browser reach one app, for 12 hours at most. Ending it closes what it has open within
        seconds; where the machine cannot be reached, within ten minutes.
      </p>
      <Loaded query={sessions} what="sessions" rows={3}>
        {(all) => <FilteredSessions all={all} servers={servers} />}
      </Loaded>
    </section>
  );
}

function FilteredSessions({
  all,
  servers,
}: {
  all: readonly SessionSummary[];
  servers: readonly ServerView[];
}): ReactElement {
  const nowMs = useNow(30_000);
  const [which, setWhich] = useState<SessionFilter["which"]>("live");
  const [text, setText] = useState("");
  const [rows, setRows] = useState(pageRows);
  const labelOf = (serverId: string) => servers.find((server) => server.serverId === serverId)?.label ?? "";
  const found = filteredSessions(all, { which, text: useDeferredValue(text) }, { nowMs, labelOf });
  const apps = filteredSessions(all, { which: "all", text: "" }, { nowMs, labelOf });
  const live = apps.filter((session) => isLiveSession(session, nowMs)).length;
  if (all.length === 0) return <p className="dim">Nothing was opened yet. Open an app from the list of servers.</p>;
  return (
    <>
      <div className="panel-filter">
        <select
          className="role-choice"
          aria-label="Which sessions"
          value={which}
          onChange={(event) => setWhich(event.currentTarget.value as SessionFilter["which"])}
        >
          {choices.map((choice) => (
            <option key={choice.which} value={choice.which}>
              {choice.label}
            </option>
          ))}
        </select>
        <TextInput
          type="search"
          size="xs"
          aria-label="Search sessions"
          placeholder="Search apps, servers, people"
          leftSection={<IconSearch size={14} />}
          maxLength={64}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <span className="dim tabular" role="status">
          {sessionCountWords(live)}
        </span>
      </div>
      <SessionList sessions={found.slice(0, rows)} servers={servers} empty={emptyWords(which, text, all, nowMs)} />
      {found.length > rows && (
        <div className="panel-actions">
          <Button size="xs" variant="default" onClick={() => setRows(rows + pageRows)}>
            Show {Math.min(pageRows, found.length - rows)} more of {found.length}
          </Button>
        </div>
      )}
    </>
  );
}

function emptyWords(
  which: SessionFilter["which"],
  text: string,
  all: readonly SessionSummary[],
  nowMs: number,
): string {
  if (text.trim() !== "") return `No session has “${text.trim()}” in it.`;
  const over = all.filter((session) => !isLiveSession(session, nowMs)).length;
  if (which === "live" && over > 0) return "Nobody has an app open. Choose “Live and over” to see what was.";
  return "Nobody has an app open.";
}
