/** One item of the list: a server, or the heading of a group. */
import type { Role } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import type { ListRow } from "./list-view.ts";
import { ServerRow } from "./server-row.tsx";

/** What a list of rows is given. */
export interface ListRowsProps {
  readonly rows: readonly ListRow[];
  /** Of who looks. */
  readonly role: Role;
  readonly nowMs: number;
}

interface ListItemProps {
  readonly row: ListRow;
  readonly role: Role;
  readonly nowMs: number;
}

/** What stands inside of the `li`. */
export function ListItem({ row, role, nowMs }: ListItemProps): ReactElement {
  if (row.kind === "server") return <ServerRow server={row.server} role={role} nowMs={nowMs} />;
  return (
    <h2 className="server-group">
      {row.title} <span className="list-count">{row.count}</span>
    </h2>
  );
}
