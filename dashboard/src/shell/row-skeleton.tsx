/** The place of a list's rows while they load. */
import { Skeleton } from "@mantine/core";
import type { ReactElement } from "react";

/** `what`: said to screen readers, who see no grey bars. */
export function RowSkeleton({ what, rows }: { what: string; rows: number }): ReactElement {
  return (
    <div className="row-skeleton" role="status">
      <span className="visually-hidden">Loading {what} …</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike
        <div key={row}>
          <Skeleton height={12} width={`${38 - (row % 3) * 8}%`} radius="sm" />
          <Skeleton height={10} width={`${62 - (row % 2) * 14}%`} radius="sm" />
        </div>
      ))}
    </div>
  );
}
