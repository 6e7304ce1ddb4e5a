/** The overview's place while it loads. */
import { Skeleton } from "@mantine/core";
import type { ReactElement } from "react";

/** Tiles and panels as they will stand. */
export function OverviewSkeleton(): ReactElement {
  return (
    <div className="page-panels" role="status">
      <span className="visually-hidden">Loading the overview …</span>
      <Skeleton height={104} />
      <div className="overview-charts">
        <Skeleton height={232} />
        <Skeleton height={232} />
        <Skeleton height={200} />
        <Skeleton height={200} />
      </div>
    </div>
  );
}
