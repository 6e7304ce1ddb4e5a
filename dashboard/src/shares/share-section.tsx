/** Share links of a server: what the agent counts of them, joined with what the control plane lets through. */
import type { DeskShare, ServerView, ShareSummary } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { z } from "zod";
import { revokeShare, sharesQuery } from "../api/shares.ts";
import type { DeskState } from "../desk/use-desk.ts";
import { useNow } from "../live/use-now.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { MakeShareDialog } from "./make-share-dialog.tsx";
import { scopeWords, shareStateWords } from "./share-words.ts";

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
  const revocation = useMutation({
    mutationFn: async (shareId: string) => {
      // The control plane first: it reaches viewers also where the agent cannot be asked.
      await revokeShare(shareId);
      await desk?.client.ask("DELETE", `/shares/${shareId}`, z.unknown());
    },
    onSettled: refresh,
  });
  const counted = new Map(desk?.shares.data?.map((share) => [share.shareId, share]));
  const fault = revocation.error ?? registered.error;
  const services = server.services.filter(({ mode }) => mode === "http").map(({ serviceName }) => serviceName);
  return (
    <section className="panel" aria-labelledby="shares-title">
      <div className="panel-head">
        <h2 id="shares-title">Share links</h2>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} />}
          disabled={desk === undefined || services.length === 0}
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
      {fault !== null && <TroubleNote trouble={troubleFrom(fault)} />}
      {registered.data?.length === 0 && <p className="dim">Nobody without an account can open anything here.</p>}
      <ul className="panel-list" aria-label="Share links">
        {registered.data?.map((share) => (
          <ShareRow
            key={share.shareId}
            share={share}
            counted={counted.get(share.shareId)}
            onRevoke={() => revocation.mutate(share.shareId)}
          />
        ))}
      </ul>
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

interface ShareRowProps {
  readonly share: ShareSummary;
  readonly counted: DeskShare | undefined;
  onRevoke(): void;
}

function ShareRow({ share, counted, onRevoke }: ShareRowProps): ReactElement {
  const nowMs = useNow(30_000);
  const name = share.label === "" ? share.serviceName : share.label;
  const isLive = share.revokedAt === null && share.expiresAt > nowMs;
  return (
    <li className="panel-row">
      <span>
        <strong>{name}</strong>
        <br />
        <span className="dim tabular">
          {[
            counted === undefined ? share.serviceName : scopeWords(counted),
            ...shareStateWords(share, counted, { nowMs }),
          ].join(" · ")}
        </span>
      </span>
      {isLive && (
        <Button size="xs" variant="default" aria-label={`Revoke the share ${name}`} onClick={onRevoke}>
          Revoke
        </Button>
      )}
    </li>
  );
}
