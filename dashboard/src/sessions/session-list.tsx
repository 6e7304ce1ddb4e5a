/** Remote sessions: which are live, since when, by whom; each can be taken back. */
import { deskServiceName, type ServerView, type SessionSummary } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { revokeSession, sessionsQuery } from "../api/sessions.ts";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { agoWords, momentWords } from "../words/moment.ts";
import { troubleFrom } from "../words/trouble.ts";

interface SessionListProps {
  readonly sessions: readonly SessionSummary[];
  readonly servers: readonly ServerView[];
}

/** Live ones first, as they come: newest first. */
export function SessionList({ sessions, servers }: SessionListProps): ReactElement {
  const nowMs = useNow(30_000);
  const client = useQueryClient();
  const revocation = useMutation({
    mutationFn: revokeSession,
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const live = sessions.filter((session) => isLive(session, nowMs));
  const over = sessions.filter((session) => !isLive(session, nowMs)).slice(0, 20);
  const labelOf = (serverId: string) =>
    servers.find((server) => server.serverId === serverId)?.label ?? "a removed server";
  if (sessions.length === 0) return <p className="dim">Nothing was opened yet.</p>;
  return (
    <>
      {revocation.error !== null && <TroubleNote trouble={troubleFrom(revocation.error)} />}
      <ul className="panel-list" aria-label="Remote sessions">
        {[...live, ...over].map((session) => (
          <li key={session.sessionId} className="panel-row">
            <span>
              <strong>
                {nameOf(session)} on {labelOf(session.serverId)}
              </strong>{" "}
              {session.shareId !== null && "· by a share link"}
              <br />
              <span className="dim tabular">
                opened <ExactTime atMs={session.createdAt} words={agoWords(session.createdAt, { nowMs })} /> ·{" "}
                {endWords(session, nowMs)}
              </span>
            </span>
            {isLive(session, nowMs) && (
              <Button
                size="xs"
                variant="default"
                aria-label={`End the session of ${nameOf(session)}`}
                onClick={() => revocation.mutate(session.sessionId)}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The agent's own service is no app: this dashboard opens it to show devices and shares. */
function nameOf({ serviceName }: SessionSummary): string {
  return serviceName === deskServiceName ? "devices and shares" : serviceName;
}

function isLive({ revokedAt, expiresAt }: SessionSummary, nowMs: number): boolean {
  return revokedAt === null && expiresAt > nowMs;
}

function endWords({ revokedAt, expiresAt }: SessionSummary, nowMs: number): string {
  if (revokedAt !== null) return `ended ${agoWords(revokedAt, { nowMs })}`;
  return expiresAt > nowMs
    ? `until ${momentWords(expiresAt, { nowMs })}`
    : `over since ${momentWords(expiresAt, { nowMs })}`;
}
