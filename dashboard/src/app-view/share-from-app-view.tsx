/** Makes a share of the app that is looked at, by the agent's desk. */
import type { ServerView } from "@culvert/protocol/signaling";
import { type ReactElement, useEffect, useState } from "react";
import { DeskClient } from "../desk/desk-client.ts";
import { MakeShareDialog } from "../shares/make-share-dialog.tsx";
import "../shell/page-frame.css";

interface ShareFromAppViewProps {
  readonly server: ServerView;
  readonly serviceName: string;
  readonly accountId: string;
  onClose(): void;
}

/** Mounted while it is open; the desk's tunnel goes with it. */
export function ShareFromAppView({ server, serviceName, accountId, onClose }: ShareFromAppViewProps): ReactElement {
  const { serverId, label, capabilities } = server;
  const [client] = useState(() => new DeskClient({ serverId, accountId, label, locked: capabilities.locked === true }));
  useEffect(() => () => client.close(), [client]);
  // The dialog begins with the primary service: here that is the one which is looked at.
  const primaryService = server.services.find((it) => it.serviceName === serviceName) ?? null;
  return (
    <MakeShareDialog
      server={{ ...server, primaryService }}
      services={[serviceName]}
      client={client}
      onClose={onClose}
    />
  );
}
