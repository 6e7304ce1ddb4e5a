/** Share links of every server, as the control plane lets them through: who without an account can come in. */
import type { ServerView, ShareSummary } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { allSharesQuery, revokeShare } from "../api/shares.ts";
import { useNow } from "../live/use-now.ts";
import { useRole } from "../live/use-role.ts";
import { Loaded } from "../shell/loaded.tsx";
import { ShareRow } from "./share-row.tsx";
import { isLiveShare } from "./share-words.ts";

/** The section. */
export function AllShares({ servers }: { servers: readonly ServerView[] }): ReactElement {
  const shares = useQuery(allSharesQuery);
  return (
    <section className="panel" aria-labelledby="shares-title">
      <h2 id="shares-title">Share links</h2>
      <p className="dim">Whoever has one opens an app without an account. They are made on a server’s own page.</p>
      <Loaded query={shares} what="share links">
        {(all) => <ShareList all={all} servers={servers} />}
      </Loaded>
    </section>
  );
}

function ShareList({ all, servers }: { all: readonly ShareSummary[]; servers: readonly ServerView[] }): ReactElement {
  const nowMs = useNow(30_000);
  const mayRevoke = useRole() === "owner";
  const [withOver, setWithOver] = useState(false);
  const client = useQueryClient();
  const revoke = async (shareId: string): Promise<void> => {
    await revokeShare(shareId);
    await client.invalidateQueries({ queryKey: allSharesQuery.queryKey });
  };
  const live = all.filter((share) => isLiveShare(share, undefined, nowMs));
  const over = all.length - live.length;
  const labelOf = (serverId: string) =>
    servers.find((server) => server.serverId === serverId)?.label ?? "a removed server";
  return (
    <>
      {live.length === 0 && <p className="dim">Nobody without an account can open anything.</p>}
      <ul className="panel-list" aria-label="Share links">
        {(withOver ? all : live).map((share) => (
          <ShareRow
            key={share.shareId}
            share={share}
            onServer={labelOf(share.serverId)}
            mayRevoke={mayRevoke}
            onRevoke={() => revoke(share.shareId)}
          />
        ))}
      </ul>
      {over > 0 && !withOver && (
        <div className="panel-actions">
          <Button size="xs" variant="default" onClick={() => setWithOver(true)}>
            {over === 1 ? "Show one that is over" : `Show ${over} that are over`}
          </Button>
        </div>
      )}
    </>
  );
}
