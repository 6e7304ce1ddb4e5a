/** Every remote session of the account. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect } from "react";
import { serversQuery } from "../api/servers.ts";
import { sessionsQuery } from "../api/sessions.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { SessionList } from "./session-list.tsx";
import { TokenSection } from "./token-section.tsx";

/** The page at `/sessions`. */
export function SessionsPage(): ReactElement {
  const sessions = useQuery(sessionsQuery);
  const { data: servers = [] } = useQuery(serversQuery);
  useEffect(() => {
    document.title = "Sessions – Culvert";
  }, []);
  return (
    <PageFrame title="Sessions">
      <p className="dim">
        A session lets one browser reach one app, for 12 hours at most. Ending it closes what it has open within
        seconds; where the machine cannot be reached, within ten minutes.
      </p>
      {sessions.error !== null && <TroubleNote trouble={troubleFrom(sessions.error)} />}
      {sessions.data !== undefined && (
        <section className="panel">
          <SessionList sessions={sessions.data} servers={servers} />
        </section>
      )}
      <TokenSection />
    </PageFrame>
  );
}
