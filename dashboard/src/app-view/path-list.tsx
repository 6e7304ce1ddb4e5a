/** The ways that the app's bytes take now, one line for each kind. */
import type { AppViewPath } from "@culvert/browser-client";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { shownPaths } from "../words/path-rows.ts";
import "./path-list.css";

/** Nothing while no path is up. */
export function PathList({ paths }: { paths: readonly AppViewPath[] }): ReactElement | null {
  const rows = shownPaths(paths);
  if (rows.length === 0) return null;
  return (
    <ul className="path-list" aria-label="Paths">
      {rows.map((row) => (
        <li key={row.kind}>
          <StateDot tone={row.tone} />
          <span>
            {row.title} <span className="path-list-role">{row.role}</span>
          </span>
          {row.role === "" && (
            <span className="path-list-rate tabular" title={row.exactRates}>
              <IconArrowDown size={12} aria-label="down" />
              {row.down}
              <IconArrowUp size={12} aria-label="up" />
              {row.up}
            </span>
          )}
          <span className="path-list-rtt tabular">{row.rtt}</span>
        </li>
      ))}
    </ul>
  );
}
