/** What a query has, in each of its states: nothing yet, nothing because of a fault, or data, perhaps old ones. */
import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { troubleFrom } from "../words/trouble.ts";
import { RowSkeleton } from "./row-skeleton.tsx";
import { TroubleNote } from "./trouble-note.tsx";

interface LoadedProps<Data> {
  readonly query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch" | "isFetching">;
  /** What loads, as a screen reader says it: `sessions`. */
  readonly what: string;
  /** Rows that stand for it meanwhile. */
  readonly rows?: number;
  children(data: Data): ReactNode;
}

/** A fault leaves what is known where it is, and says that it may be old. */
export function Loaded<Data>({ query, what, rows = 2, children }: LoadedProps<Data>): ReactElement {
  const { data, error, refetch, isFetching } = query;
  const retry = (
    <Button variant="default" size="xs" loading={isFetching} onClick={() => void refetch()}>
      Try again
    </Button>
  );
  return (
    <>
      {error !== null && (
        <TroubleNote trouble={troubleFrom(error)}>
          {data !== undefined && <p>What you see of {what} is what was known before.</p>}
          {retry}
        </TroubleNote>
      )}
      {data === undefined && error === null && <RowSkeleton what={what} rows={rows} />}
      {data !== undefined && children(data)}
    </>
  );
}
