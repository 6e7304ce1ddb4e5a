/** One server: what it offers, who may open it, and what is open now. */
import type { Role, ServerView } from "@culvert/protocol/signaling";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";
import { serversQuery } from "../api/servers.ts";
import { sessionsQuery } from "../api/sessions.ts";
import { useDesk } from "../desk/use-desk.ts";
import { DeviceSection } from "../devices/device-section.tsx";
import { useNow } from "../live/use-now.ts";
import { SessionList } from "../sessions/session-list.tsx";
import { ShareSection } from "../shares/share-section.tsx";
import { Loaded } from "../shell/loaded.tsx";
import { PageFrame } from "../shell/page-frame.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { TypedText } from "../shell/typed-text.tsx";
import { TerminalSection } from "../terminals/terminal-section.tsx";
import { viewersWords } from "../words/open-viewers.ts";
import { appViewHref, openabilityFor } from "../words/openability.ts";
import { machineWords, seenWords, serverStateWords, serviceHealthWords } from "../words/server-state.ts";
import { filteredSessions } from "../words/sessions.ts";
import { KeySection } from "./key-section.tsx";
import { OpenButton } from "./open-button.tsx";
import { ServerSettings } from "./server-settings.tsx";

/** This page's own questions to the agent stand among all sessions, not here. */
const ofServer = { which: "all", text: "" } as const;
const shownSessions = 10;

const route = getRouteApi("/account/servers/$serverId");

/** The page at `/servers/<serverId>`. */
export function ServerPage(): ReactElement {
  const { serverId } = route.useParams();
  const { account } = route.useRouteContext();
  const servers = useQuery(serversQuery);
  const server = servers.data?.find((it) => it.serverId === serverId);
  const label = server?.label;
  useEffect(() => {
    if (label !== undefined) document.title = `${label} – Culvert`;
  }, [label]);
  if (server !== undefined) return <LoadedServer server={server} accountId={account.accountId} role={account.role} />;
  return (
    <PageFrame title="Server">
      <section className="panel">
        <Loaded query={servers} what="the server" rows={3}>
          {() => (
            <p>
              There is no such server in your account. It may have been removed, or it has new keys and stands in{" "}
              <a href="/">the list</a> anew.
            </p>
          )}
        </Loaded>
      </section>
    </PageFrame>
  );
}

interface LoadedServerProps {
  readonly server: ServerView;
  readonly accountId: string;
  readonly role: Role;
}

function LoadedServer({ server, accountId, role }: LoadedServerProps): ReactElement {
  const nowMs = useNow(30_000);
  const { serverId, label } = server;
  const isOwner = role === "owner";
  const hasDesk = isOwner && server.state !== "disconnected" && server.capabilities.desk === true;
  const desk = useDesk({ serverId, accountId, label, locked: server.capabilities.locked === true }, hasDesk);
  const { tone, word } = serverStateWords(server.state);
  const outcome = openabilityFor(role, server, { nowMs });
  const reason = outcome.kind === "blocked" ? outcome.reason : outcome.warning;
  return (
    <PageFrame
      title={
        <>
          <StateDot tone={tone} />
          {label}
        </>
      }
    >
      <section className="panel">
        <div className="panel-head">
          <p className="dim tabular">
            {[word, machineWords(server), seenWords(server, { nowMs }), viewersWords(server.viewers ?? [])]
              .filter((part) => part !== "")
              .join(" · ")}
          </p>
          <OpenButton server={server} outcome={outcome} />
        </div>
        {reason && (
          <p>
            {reason.what} <TypedText text={reason.remedy} />
          </p>
        )}
      </section>
      <ServicesSection server={server} mayOpen={role !== "auditor"} />
      {hasDesk && <TerminalSection server={server} desk={desk} />}
      {isOwner && <ShareSection server={server} desk={hasDesk ? desk : undefined} />}
      {hasDesk && <DeviceSection server={server} desk={desk} />}
      <KeySection server={server} accountId={accountId} />
      <SessionsSection server={server} />
      {isOwner && <ServerSettings server={server} />}
    </PageFrame>
  );
}

function ServicesSection({ server, mayOpen }: { server: ServerView; mayOpen: boolean }): ReactElement {
  return (
    <section className="panel" aria-labelledby="services-title">
      <h2 id="services-title">Services</h2>
      {server.services.length === 0 && <p className="dim">It publishes none.</p>}
      <ul className="panel-list">
        {server.services.map((service) => {
          const { tone, word } = serviceHealthWords(service, server);
          return (
            <li key={service.serviceId} className="panel-row">
              <span>
                <StateDot tone={tone} /> <strong>{service.serviceName}</strong>{" "}
                <span className="dim">
                  {service.supportedProtocols.join(", ")} · {word}
                </span>
              </span>
              {mayOpen && service.mode === "http" && server.state !== "disconnected" && (
                <a href={appViewHref(server.serverId, service.serviceName)}>Open</a>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function SessionsSection({ server }: { server: ServerView }): ReactElement {
  const sessions = useQuery(sessionsQuery);
  const nowMs = useNow(30_000);
  return (
    <section className="panel" aria-labelledby="sessions-title">
      <div className="panel-head">
        <h2 id="sessions-title">Sessions</h2>
        <a href="/sessions">All sessions</a>
      </div>
      <Loaded query={sessions} what="sessions">
        {(all) => (
          <SessionList
            sessions={filteredSessions(all, ofServer, { nowMs, labelOf: () => server.label })
              .filter(({ serverId }) => serverId === server.serverId)
              .slice(0, shownSessions)}
            servers={[server]}
            ofOneServer
            empty="Nothing of it was opened yet."
          />
        )}
      </Loaded>
    </section>
  );
}
