/** The list of servers, live. */

import type { ServerView } from "@culvert/protocol/signaling";
import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense, useDeferredValue, useState } from "react";
import { serversQuery } from "../api/servers.ts";
import { useRole } from "../live/use-role.ts";
import { pagePart } from "../setup/page-part.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { ownersOnly } from "../words/roles.ts";
import { countWords } from "../words/server-state.ts";
import { troubleFrom } from "../words/trouble.ts";
import { EmptyList } from "./empty-list.tsx";
import { keepListView, keptListView } from "./kept-list-view.ts";
import { ListControls } from "./list-controls.tsx";
import type { ListView } from "./list-view.ts";
import { ServerList } from "./server-list.tsx";
import { ServerListSkeleton } from "./server-list-skeleton.tsx";
import "./servers-page.css";

const AddServerDialog = lazy(async () => ({
  default: (await pagePart(() => import("../enrolment/add-server-dialog.tsx"))).AddServerDialog,
}));

/** The page at `/`. */
export function ServersPage(): ReactElement {
  const servers = useQuery(serversQuery);
  const [adding, setAdding] = useState(false);
  const add = (): void => setAdding(true);
  return (
    <>
      {servers.data === undefined ? (
        <>
          <h1 className="servers-title">Servers</h1>
          {servers.error === null ? (
            <ServerListSkeleton />
          ) : (
            <TroubleNote trouble={troubleFrom(servers.error)}>
              <Button variant="default" size="xs" onClick={() => void servers.refetch()}>
                Try again
              </Button>
            </TroubleNote>
          )}
        </>
      ) : (
        <LoadedServers servers={servers.data} onAdd={add} />
      )}
      <Suspense>{adding && <AddServerDialog servers={servers.data ?? []} onClose={() => setAdding(false)} />}</Suspense>
    </>
  );
}

function LoadedServers({ servers, onAdd }: { servers: readonly ServerView[]; onAdd(): void }): ReactElement {
  const [view, setView] = useState<ListView>(() => ({ search: "", state: "any", ...keptListView(localStorage) }));
  const shownView = useDeferredValue(view);
  const notAllowed = ownersOnly(useRole(), "add servers");
  const change = (changes: Partial<ListView>): void => {
    const changed = { ...view, ...changes };
    setView(changed);
    keepListView(localStorage, changed);
  };
  if (servers.length === 0) return <EmptyList onAdd={onAdd} />;
  return (
    <>
      <div className="servers-head">
        <h1 className="servers-title">Servers</h1>
        <p className="visually-hidden" role="status">
          {countWords(servers)}
        </p>
        <TextInput
          className="servers-search"
          type="search"
          aria-label="Search servers and services"
          placeholder="Search"
          leftSection={<IconSearch size={16} />}
          value={view.search}
          onChange={(event) => change({ search: event.currentTarget.value })}
        />
        <Button
          className="servers-add"
          leftSection={<IconPlus size={16} />}
          disabled={notAllowed !== undefined}
          title={notAllowed}
          onClick={onAdd}
        >
          Add server
        </Button>
      </div>
      {servers.length > 1 && <ListControls servers={servers} view={view} onChange={change} />}
      <ServerList servers={servers} view={shownView} onShowAll={() => change({ search: "", state: "any" })} />
    </>
  );
}
