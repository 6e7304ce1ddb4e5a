/** Remote sessions: which are live, since when, by whom; each can be ended. */
import type { ServerView, SessionSummary } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { revokeSession, sessionsQuery } from "../api/sessions.ts";
import { useChange } from "../changes/use-change.ts";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { agoWords, momentWords } from "../words/moment.ts";
import { isLiveSession, sessionName, sessionOpener, sessionWay } from "../words/sessions.ts";
import { troubleFrom } from "../words/trouble.ts";

interface SessionListProps {
  readonly sessions: readonly SessionSummary[];
  readonly servers: readonly ServerView[];
  /** They are all of one server, which the page is about. */
  readonly ofOneServer?: boolean;
  /** What is said where there are none. */
  readonly empty: string;
}

/** In the order that is given. */
export function SessionList({ sessions, servers, ofOneServer = false, empty }: SessionListProps): ReactElement {
  const nowMs = useNow(30_000);
  const ending = useChange({
    queryKey: sessionsQuery.queryKey,
    send: revokeSession,
    apply: (known: readonly SessionSummary[], ended: string) =>
      known.map((session) => (session.sessionId === ended ? { ...session, revokedAt: Date.now() } : session)),
  });
  const labelOf = (serverId: string) =>
    servers.find((server) => server.serverId === serverId)?.label ?? "a removed server";
  if (sessions.length === 0) return <p className="dim">{empty}</p>;
  return (
    <>
      {ending.error !== null && <TroubleNote trouble={troubleFrom(ending.error)} />}
      <ul className="panel-list" aria-label="Remote sessions">
        {sessions.map((session) => {
          const isLive = isLiveSession(session, nowMs);
          const app = sessionName(session);
          const name = ofOneServer ? app : `${app} on ${labelOf(session.serverId)}`;
          return (
            <li key={session.sessionId} className="panel-row" data-live={isLive || undefined}>
              <span>
                <StateDot tone={isLive ? "ready" : "offline"} /> <strong>{name}</strong>
                <br />
                <span className="dim tabular">
                  opened <ExactTime atMs={session.createdAt} words={agoWords(session.createdAt, { nowMs })} />{" "}
                  {sessionOpener(session)} · <EndTime session={session} nowMs={nowMs} />
                  {sessionWay(session)}
                </span>
              </span>
              {isLive && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`End the session of ${sessionName(session)}`}
                  onClick={() => ending.mutate(session.sessionId)}
                >
                  End
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function EndTime({ session, nowMs }: { session: SessionSummary; nowMs: number }): ReactElement {
  const { revokedAt, expiresAt } = session;
  if (revokedAt !== null) return <ExactTime atMs={revokedAt} words={`ended ${agoWords(revokedAt, { nowMs })}`} />;
  const moment = momentWords(expiresAt, { nowMs });
  return <ExactTime atMs={expiresAt} words={expiresAt > nowMs ? `until ${moment}` : `over since ${moment}`} />;
}
