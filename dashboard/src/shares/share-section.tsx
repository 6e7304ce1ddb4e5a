/** Share links of a server: what the agent counts of them, joined with what the control plane lets through. */
import type { ServerView } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { z } from "zod";
import { revokeShare, sharesQuery } from "../api/shares.ts";
import type { DeskState } from "../desk/use-desk.ts";
import { Loaded } from "../shell/loaded.tsx";
import { MakeShareDialog } from "./make-share-dialog.tsx";
import { ShareRow } from "./share-row.tsx";

/** `desk`: undefined while the agent cannot be asked. */
interface ShareSectionProps {
  readonly server: ServerView;
  readonly desk: DeskState | undefined;
}

/** The section. */
export function ShareSection({ server, desk }: ShareSectionProps): ReactElement {
  const [making, setMaking] = useState(false);
  const client = useQueryClient();
  const registered = useQuery(sharesQuery(server.serverId));
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: sharesQuery(server.serverId).queryKey }),
      client.invalidateQueries({ queryKey: ["desk", server.serverId] }),
    ]);
  const revoke = async (shareId: string): Promise<void> => {
    // The control plane first: it reaches viewers also where the agent cannot be asked.
    await revokeShare(shareId);
    try {
      await desk?.client.ask("DELETE", `/shares/${shareId}`, z.unknown());
    } finally {
      await refresh();
    }
  };
  const counted = new Map(desk?.shares.data?.map((share) => [share.shareId, share]));
  const services = server.services.filter(({ mode }) => mode === "http").map(({ serviceName }) => serviceName);
  return (
    <section className="panel" aria-labelledby="shares-title">
      <div className="panel-head">
        <h2 id="shares-title">Share links</h2>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} />}
          disabled={desk === undefined || desk.shares.error !== null || services.length === 0}
          onClick={() => setMaking(true)}
        >
          Share
        </Button>
      </div>
      {desk === undefined && (
        <p className="dim">
          {server.state === "disconnected"
            ? `${server.label} is offline. A share is made on the machine itself, so it must be there.`
            : `The agent on ${server.label} is too old to share. Update it there.`}
        </p>
      )}
      <Loaded query={registered} what="share links">
        {(shares) => (
          <>
            {shares.length === 0 && <p className="dim">Nobody without an account can open anything here.</p>}
            <ul className="panel-list" aria-label="Share links">
              {shares.map((share) => (
                <ShareRow
                  key={share.shareId}
                  share={share}
                  counted={counted.get(share.shareId)}
                  mayRevoke
                  onRevoke={() => revoke(share.shareId)}
                />
              ))}
            </ul>
          </>
        )}
      </Loaded>
      {making && desk !== undefined && (
        <MakeShareDialog
          server={server}
          services={services}
          client={desk.client}
          onClose={() => {
            setMaking(false);
            void refresh();
          }}
        />
      )}
    </section>
  );
}
