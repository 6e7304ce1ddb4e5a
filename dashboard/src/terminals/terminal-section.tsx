/**
 * Terminal sessions of a machine, as its own desk lists them through the tunnel: state, how to attach, and a way into the
 * App View.
 */
import type { DeskTerminals, ServerView } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import type { DeskState } from "../desk/use-desk.ts";
import { Loaded } from "../shell/loaded.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { TypedText } from "../shell/typed-text.tsx";
import { appViewHref } from "../words/openability.ts";
import { troubleFrom, troubleOf } from "../words/trouble.ts";
import { TerminalRow } from "./terminal-row.tsx";

type ServiceTerminals = DeskTerminals["services"][number];

/** The section. */
export function TerminalSection({ server, desk }: { server: ServerView; desk: DeskState }): ReactElement {
  const { terminals } = desk;
  // An agent of before answers that there is no such thing; one that refuses this device says so with its devices.
  const code = terminals.error === null ? undefined : troubleFrom(terminals.error).code;
  return (
    <section className="panel" aria-labelledby="terminals-title">
      <h2 id="terminals-title">Terminals</h2>
      {code === "not-found" ? (
        <p className="dim">
          The agent on {server.label} is too old to list its terminals. Update it there, or open its terminal service.
        </p>
      ) : code === "approval-needed" || code === "key-changed" ? (
        <p className="dim">They are shown once this device is approved.</p>
      ) : (
        <Loaded query={terminals} what="terminals">
          {(told) => <Terminals told={told} server={server} />}
        </Loaded>
      )}
    </section>
  );
}

function Terminals({ told, server }: { told: DeskTerminals; server: ServerView }): ReactElement {
  if (told.services.length === 0)
    return (
      <p className="dim">
        <TypedText text="It publishes none. To have named shells here that outlive every page, run `culvert connect --terminal` there." />
      </p>
    );
  return (
    <>
      {told.services.map((service) => (
        <ServiceSessions key={service.serviceName} service={service} server={server} nowMs={told.nowMs} />
      ))}
    </>
  );
}

interface ServiceSessionsProps {
  readonly service: ServiceTerminals;
  readonly server: ServerView;
  /** The machine's clock when it told. */
  readonly nowMs: number;
}

function ServiceSessions({ service, server, nowMs }: ServiceSessionsProps): ReactElement {
  const { serviceName, sessions, fault, lost } = service;
  const href = appViewHref(server.serverId, serviceName);
  const live = sessions.filter(({ state }) => state !== "ended");
  return (
    <>
      {fault !== null && <TroubleNote trouble={{ ...troubleOf(fault), headline: `${serviceName} lists nothing` }} />}
      {lost !== null && <p className="dim">{lost}</p>}
      {fault === null && sessions.length === 0 && (
        <p className="dim">
          No session yet. <a href={href}>Open {serviceName}</a> and start one; it stays when you close the page.
        </p>
      )}
      {sessions.length > 0 && (
        <>
          <p className="dim tabular">
            {live.length === 0 ? "None runs now." : `${live.length} of ${sessions.length} run.`}{" "}
            <a href={href}>Open {serviceName}</a>
          </p>
          <ul className="panel-list" aria-label={`Sessions of ${serviceName}`}>
            {sessions.map((session) => (
              <TerminalRow key={session.path} session={session} href={`${href}#${session.path}`} nowMs={nowMs} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}
