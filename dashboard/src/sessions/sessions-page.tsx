/** What is open in the account, and what could be: sessions, share links, tokens of programs. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect } from "react";
import { serversQuery } from "../api/servers.ts";
import { AllShares } from "../shares/all-shares.tsx";
import { PageFrame } from "../shell/page-frame.tsx";
import { SessionSection } from "./session-section.tsx";
import { TokenSection } from "./token-section.tsx";

/** The page at `/sessions`. */
export function SessionsPage(): ReactElement {
  const { data: servers = [] } = useQuery(serversQuery);
  useEffect(() => {
    document.title = "Sessions – Culvert";
  }, []);
  return (
    <PageFrame title="Sessions">
      <SessionSection servers={servers} />
      <AllShares servers={servers} />
      <TokenSection />
    </PageFrame>
  );
}
