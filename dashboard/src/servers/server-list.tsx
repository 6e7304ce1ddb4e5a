/** The servers as rows, or a word that the search finds none. */

import type { ServerView } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { useNow } from "../live/use-now.ts";
import { ServerRow } from "./server-row.tsx";
import { inListOrder, matchingServers } from "./server-search.ts";
import "./server-list.css";

/** Relative times are told in minutes. */
const renewTimesEachMs = 20_000;

/** What the list is given. */
interface ServerListProps {
  readonly servers: readonly ServerView[];
  readonly search: string;
  onClearSearch(): void;
}

/** Rows in list order. */
export function ServerList({ servers, search, onClearSearch }: ServerListProps): ReactElement {
  const nowMs = useNow(renewTimesEachMs);
  const shown = inListOrder(matchingServers(servers, search));
  if (shown.length === 0)
    return (
      <div className="server-list server-list-none" role="status">
        <p>
          No server, service or state matches <strong>{search}</strong>.
        </p>
        <Button variant="default" size="xs" onClick={onClearSearch}>
          Show all {servers.length}
        </Button>
      </div>
    );
  return (
    <ul className="server-list" aria-label="Servers">
      {shown.map((server) => (
        <ServerRow key={server.serverId} server={server} nowMs={nowMs} />
      ))}
    </ul>
  );
}
