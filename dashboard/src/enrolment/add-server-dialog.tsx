/** Adds a server: a command with a one-time code, and the moment when the machine appears. */

import type { ServerView } from "@culvert/protocol/signaling";
import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { createEnrolment } from "../api/servers.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { ArrivedServer } from "./arrived-server.tsx";
import { EnrolmentCommand } from "./enrolment-command.tsx";
import "./add-server-dialog.css";

/** What the dialog is given: the live list tells it when the new server is there. */
interface AddServerDialogProps {
  readonly servers: readonly ServerView[];
  onClose(): void;
}

/** Mounted while it is open; each opening asks for a code of its own. */
export function AddServerDialog({ servers, onClose }: AddServerDialogProps): ReactElement {
  const [knownIds] = useState(() => new Set<string>(servers.map(({ serverId }) => serverId)));
  const [round, setRound] = useState(0);
  const arrived = servers.find(({ serverId }) => !knownIds.has(serverId));
  const enrolment = useQuery({
    queryKey: ["enrolment", round],
    queryFn: createEnrolment,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={arrived === undefined ? "Add server" : "Server added"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className="add-server">
        {arrived !== undefined ? (
          <ArrivedServer server={arrived} onDone={onClose} />
        ) : enrolment.error !== null ? (
          <TroubleNote trouble={troubleFrom(enrolment.error)}>
            <Button variant="default" size="xs" onClick={() => void enrolment.refetch()}>
              Try again
            </Button>
          </TroubleNote>
        ) : (
          <EnrolmentCommand enrolment={enrolment.data} onRenew={() => setRound(round + 1)} />
        )}
      </div>
    </Modal>
  );
}
