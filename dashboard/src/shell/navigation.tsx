/** The ways to the dashboard's pages, as far as the member's role reads them. */
import type { Role } from "@culvert/protocol/signaling";
import { useLocation, useNavigate } from "@tanstack/react-router";
import type { MouseEvent, ReactElement } from "react";
import "./navigation.css";

interface Place {
  readonly to: "/" | "/overview" | "/sessions" | "/activity" | "/members";
  readonly label: string;
  readonly for: readonly Role[];
}

const everyone: readonly Role[] = ["owner", "operator", "auditor"];
const readers: readonly Role[] = ["owner", "auditor"];

const places: readonly Place[] = [
  { to: "/", label: "Servers", for: everyone },
  { to: "/overview", label: "Overview", for: readers },
  { to: "/sessions", label: "Sessions", for: everyone },
  { to: "/activity", label: "Activity", for: readers },
  { to: "/members", label: "Members", for: readers },
];

/** Links to the pages; the one that is open is marked. */
export function Navigation({ role }: { role: Role }): ReactElement {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  return (
    <nav className="navigation" aria-label="Pages">
      {places
        .filter((place) => place.for.includes(role))
        .map(({ to, label }) => (
          <a
            key={to}
            href={to}
            aria-current={to === pathname ? "page" : undefined}
            onClick={(event) => {
              if (opensElsewhere(event)) return;
              event.preventDefault();
              void navigate({ to });
            }}
          >
            {label}
          </a>
        ))}
    </nav>
  );
}

/** A click that asks for a new tab or window is the browser's. */
function opensElsewhere({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return button !== 0 || ctrlKey || metaKey || shiftKey || altKey;
}
