/** A machine asks to be enrolled: its name and fingerprint, to compare with its terminal, and one button. */
import { fingerprintOf } from "@culvert/protocol/signaling";
import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { approveMachine, showMachine } from "../api/enrolment-requests.ts";
import { fragmentCode } from "../setup/fragment-code.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { platformWords } from "../words/server-state.ts";
import { type Trouble, troubleFrom } from "../words/trouble.ts";

const noCode: Trouble = {
  code: "invalid-request",
  headline: "This link is not whole",
  what: "The link that the machine shows has a code after the # sign.",
  remedy: "Copy all of it, or scan the QR code.",
};

/** The page at `/enrol#code=…`. */
export function ApproveMachinePage(): ReactElement {
  const [code] = useState(() => fragmentCode());
  const machine = useQuery({
    queryKey: ["enrolment-request", code],
    queryFn: () => showMachine(code ?? ""),
    enabled: code !== undefined,
    retry: false,
  });
  const approval = useMutation({ mutationFn: approveMachine });
  useEffect(() => {
    document.title = "Add a machine – Culvert";
  }, []);
  const fault = approval.error ?? machine.error;
  const trouble = code === undefined ? noCode : fault === null ? undefined : troubleFrom(fault);
  return (
    <PageFrame title="Add this machine?">
      {trouble && <TroubleNote trouble={trouble} />}
      {code !== undefined && machine.data === undefined && trouble === undefined && <Skeleton height={96} />}
      {machine.data !== undefined && code !== undefined && (
        <section className="panel">
          <h2>{machine.data.label}</h2>
          <p className="dim">{platformWords(machine.data.platform)}</p>
          <p>Its fingerprint. Compare it with what the machine's terminal shows:</p>
          <p className="fingerprint">{fingerprintOf(machine.data.serverId)}</p>
          {approval.isSuccess ? (
            <p role="status">
              It is added. The machine goes on by itself within seconds. <a href="/">Go to the servers</a>
            </p>
          ) : machine.data.approved ? (
            <p role="status">This machine was approved before.</p>
          ) : (
            <div className="panel-actions">
              <Button loading={approval.isPending} onClick={() => approval.mutate(code)}>
                It is mine: add it
              </Button>
              <Button variant="default" component="a" href="/">
                It is not
              </Button>
            </div>
          )}
        </section>
      )}
    </PageFrame>
  );
}
