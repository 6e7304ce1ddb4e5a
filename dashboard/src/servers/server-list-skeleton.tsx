/** The list's place while it loads: the shape of rows, no movement. */
import type { ReactElement } from "react";
import "./server-list.css";
import "./server-list-skeleton.css";

/** Three empty rows; screen readers hear one word. */
export function ServerListSkeleton(): ReactElement {
  return (
    <div className="server-list server-skeleton" role="status">
      <span className="visually-hidden">Loading servers …</span>
      <div />
      <div />
      <div />
    </div>
  );
}
