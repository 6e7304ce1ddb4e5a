/** Who did what, when and from where: filtered, page by page, and as a file. */
import { Button, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactElement, useDeferredValue, useEffect, useState } from "react";
import { activityQuery } from "../api/audit.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { activityKinds } from "../words/activity.ts";
import { troubleFrom } from "../words/trouble.ts";
import { ActivityList } from "./activity-list.tsx";
import { ChainNote } from "./chain-note.tsx";
import { ExportButton } from "./export-button.tsx";
import "../members/members-page.css";
import "./activity-page.css";

/** The page at `/activity`. */
export function ActivityPage(): ReactElement {
  const [actions, setActions] = useState("");
  const [text, setText] = useState("");
  const filter = { actions, text: useDeferredValue(text) };
  const activity = useInfiniteQuery(activityQuery(filter));
  useEffect(() => {
    document.title = "Activity – Culvert";
  }, []);
  const events = activity.data?.pages.flatMap((page) => page.events);
  return (
    <PageFrame title="Activity">
      <div className="activity-filter">
        <select
          className="role-choice"
          aria-label="Which events"
          value={actions}
          onChange={(event) => setActions(event.currentTarget.value)}
        >
          {activityKinds.map((kind) => (
            <option key={kind.label} value={kind.actions}>
              {kind.label}
            </option>
          ))}
        </select>
        <TextInput
          type="search"
          size="xs"
          aria-label="Search the activity"
          placeholder="Search people, names, addresses"
          leftSection={<IconSearch size={14} />}
          maxLength={64}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ExportButton filter={filter} />
      </div>
      <ChainNote />
      {activity.error !== null && (
        <TroubleNote trouble={troubleFrom(activity.error)}>
          <Button variant="default" size="xs" onClick={() => void activity.refetch()}>
            Try again
          </Button>
        </TroubleNote>
      )}
      {events?.length === 0 && (
        <section className="panel">
          <p>Nothing that fits has happened.</p>
        </section>
      )}
      {events !== undefined && events.length > 0 && (
        <section className="panel activity">
          <ActivityList events={events} />
          {activity.hasNextPage && (
            <div className="panel-actions">
              <Button
                variant="default"
                size="xs"
                loading={activity.isFetchingNextPage}
                onClick={() => void activity.fetchNextPage()}
              >
                Load more
              </Button>
            </div>
          )}
        </section>
      )}
    </PageFrame>
  );
}
