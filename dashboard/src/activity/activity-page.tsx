/** Who did what, when and from where: filtered, page by page, and as a file. */
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactElement, useDeferredValue, useEffect, useState } from "react";
import { type ActivityFilter, activityQuery } from "../api/audit.ts";
import { Loaded } from "../shell/loaded.tsx";
import { PageFrame } from "../shell/page-frame.tsx";
import { ActivityFilters } from "./activity-filters.tsx";
import { ActivityList } from "./activity-list.tsx";
import { ChainNote } from "./chain-note.tsx";
import "../members/members-page.css";
import "./activity-page.css";

const everything: ActivityFilter = { actions: "", text: "", memberId: "" };

/** The page at `/activity`. */
export function ActivityPage(): ReactElement {
  const [filter, setFilter] = useState(everything);
  const shown = { ...filter, text: useDeferredValue(filter.text) };
  const activity = useInfiniteQuery(activityQuery(shown));
  const isFiltered = shown.actions !== "" || shown.memberId !== "" || shown.text.trim() !== "";
  useEffect(() => {
    document.title = "Activity – Culvert";
  }, []);
  return (
    <PageFrame title="Activity">
      <ActivityFilters filter={filter} onChange={setFilter} />
      <ChainNote />
      <section className="panel activity" aria-label="What happened">
        <Loaded query={activity} what="the activity" rows={6}>
          {({ pages }) => {
            const events = pages.flatMap((page) => page.events);
            if (events.length > 0) return <ActivityList events={events} />;
            if (!isFiltered) return <p>Nothing has happened yet. Whatever anybody does here will be listed.</p>;
            return (
              <>
                <p>Nothing that fits has happened.</p>
                <div className="panel-actions">
                  <Button variant="default" size="xs" onClick={() => setFilter(everything)}>
                    Show everything
                  </Button>
                </div>
              </>
            );
          }}
        </Loaded>
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
    </PageFrame>
  );
}
