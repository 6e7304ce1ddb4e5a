/**
 * Opens a server's primary service, and offers its other ones. A real link: the App View is a document of its own.
 * Invariant: a button that cannot open stays reachable by keyboard and points at the words that say why. It is a plain
 * element with a class: a list draws many while somebody scrolls.
 */

import type { ServerView } from "@culvert/protocol/signaling";
import { IconChevronDown } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { pagePart } from "../setup/page-part.ts";
import { LateMenu } from "../shell/late-menu.tsx";
import { appViewHref, type Openability } from "../words/openability.ts";
import "./open-button.css";

const loadMenu = async () => (await pagePart(() => import("./service-menu.tsx"))).ServiceMenu;

/** What the button is given; `reasonId`: element with the words that say why not, or what to expect. */
interface OpenButtonProps {
  readonly server: ServerView;
  readonly outcome: Openability;
  readonly reasonId?: string | undefined;
}

/** `Open`, with a menu where there is a choice. */
export function OpenButton({ server, outcome, reasonId }: OpenButtonProps): ReactElement {
  if (outcome.kind === "blocked")
    return (
      <button type="button" className="open-button" aria-disabled="true" aria-describedby={reasonId}>
        Open
      </button>
    );
  const others = server.services.filter((it) => it.mode === "http" && it.serviceName !== outcome.serviceName);
  return (
    <div className="open-group">
      <a
        className="open-button"
        href={appViewHref(server.serverId, outcome.serviceName)}
        aria-label={`Open ${outcome.serviceName} on ${server.label}`}
        aria-describedby={reasonId}
      >
        Open
      </a>
      {others.length > 0 && (
        <LateMenu
          load={loadMenu}
          items={{ server, services: others }}
          button={(props) => (
            <button
              {...props}
              type="button"
              className="open-button open-choice"
              aria-label={`Choose a service of ${server.label}`}
            >
              <IconChevronDown size={16} />
            </button>
          )}
        />
      )}
    </div>
  );
}
