/** The machine's own link was opened: it names the machine's key, and its secret goes sealed to that key alone. */
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { pagePart } from "../setup/page-part.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { ApprovedNote } from "./approved-note.tsx";
import { deskOf, type ServerAtHand } from "./server-at-hand.ts";

/** One button: a link that was opened by mistake approves nobody. */
export function ApproveByLink({ server, secret }: { server: ServerAtHand; secret: string }): ReactElement {
  const approval = useMutation({ mutationFn: () => approve(server, secret) });
  if (approval.isSuccess) return <ApprovedNote label={server.label} keeps={approval.data} />;
  return (
    <section className="panel">
      <p>
        This link came from {server.label}, so it proves the machine to this browser. Press the button to approve this
        browser on the machine.
      </p>
      {approval.error !== null && <TroubleNote trouble={troubleFrom(approval.error)} />}
      <div className="panel-actions">
        <Button loading={approval.isPending} onClick={() => approval.mutate()}>
          Approve this device
        </Button>
      </div>
    </section>
  );
}

async function approve(server: ServerAtHand, approval: string): Promise<boolean> {
  const { keepStorage, markChecked, openDesk } = await pagePart(() => import("../app-view/engine.ts"));
  const desk = await openDesk({ ...deskOf(server), approval });
  desk.close();
  await markChecked(server, Date.now());
  return keepStorage();
}
