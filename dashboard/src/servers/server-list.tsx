/** The servers as rows, or a word that search and filter leave none. */
import type { ServerView } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { lazy, type ReactElement, Suspense, useMemo } from "react";
import { useNow } from "../live/use-now.ts";
import { useRole } from "../live/use-role.ts";
import { pagePart } from "../setup/page-part.ts";
import { serverStateWords } from "../words/server-state.ts";
import { ListItem } from "./list-item.tsx";
import { type ListView, listRows } from "./list-view.ts";
import { ServerListSkeleton } from "./server-list-skeleton.tsx";
import "./server-list.css";

/** Relative times are told in minutes. */
const renewTimesEachMs = 20_000;
/** Beyond so many rows only those in the window are drawn. */
const longRows = 100;

const LongServerList = lazy(async () => ({
  default: (await pagePart(() => import("./long-server-list.tsx"))).LongServerList,
}));

interface ServerListProps {
  readonly servers: readonly ServerView[];
  readonly view: ListView;
  /** Ends search and filter. */
  onShowAll(): void;
}

/** Rows as they are looked at. */
export function ServerList({ servers, view, onShowAll }: ServerListProps): ReactElement {
  const nowMs = useNow(renewTimesEachMs);
  const role = useRole();
  const rows = useMemo(() => listRows(servers, view), [servers, view]);
  if (rows.length === 0) return <NothingLeft view={view} count={servers.length} onShowAll={onShowAll} />;
  if (rows.length > longRows)
    return (
      <Suspense fallback={<ServerListSkeleton />}>
        <LongServerList rows={rows} role={role} nowMs={nowMs} />
      </Suspense>
    );
  return (
    <ul className="server-list" aria-label="Servers">
      {rows.map((row) => (
        <li key={row.key}>
          <ListItem row={row} role={role} nowMs={nowMs} />
        </li>
      ))}
    </ul>
  );
}

function NothingLeft({ view, count, onShowAll }: { view: ListView; count: number; onShowAll(): void }): ReactElement {
  const { search, state } = view;
  return (
    <div className="server-list server-list-none" role="status">
      <p>
        No server{state !== "any" && ` that is ${serverStateWords(state).word}`}
        {search.trim() !== "" && (
          <>
            {" "}
            matches <strong>{search}</strong>
          </>
        )}
        {state !== "any" && search.trim() === "" && " now"}.
      </p>
      <Button variant="default" size="xs" onClick={onShowAll}>
        Show all {count}
      </Button>
    </div>
  );
}
