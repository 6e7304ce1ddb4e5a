/** Two strings over both keys: ours is typed on the machine, the machine's is typed here. Either alone proves half. */
import type { ApprovalKeys } from "@culvert/browser-client";
import { TunnelError } from "@culvert/protocol";
import { Button, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { pagePart } from "../setup/page-part.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { ApprovedNote } from "./approved-note.tsx";
import { DeviceWords } from "./device-words.tsx";
import { deskOf, type ServerAtHand } from "./server-at-hand.ts";

/** Steps: show, type there, type here. */
export function ApproveByString({ server }: { server: ServerAtHand }): ReactElement {
  const [typed, setTyped] = useState("");
  const shown = useQuery({
    queryKey: ["approval", server.serverId],
    queryFn: () => knock(server),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const check = useMutation({ mutationFn: (keys: ApprovalKeys) => compare(server, keys, typed) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (shown.data !== undefined) check.mutate(shown.data.keys);
  };
  if (check.isSuccess) return <ApprovedNote label={server.label} keeps={check.data} />;
  if (shown.error !== null)
    return (
      <TroubleNote trouble={troubleFrom(shown.error)}>
        <Button size="xs" variant="default" onClick={() => void shown.refetch()}>
          Try again
        </Button>
      </TroubleNote>
    );
  if (shown.data === undefined) return <Skeleton height={160} />;
  const command = `culvert devices approve ${shown.data.string}`;
  return (
    <section className="panel">
      <h2>1. On {server.label}, run this</h2>
      <p className="fingerprint">{command}</p>
      <div className="panel-actions">
        <CopyButton text={command} />
      </div>
      <h2>2. Type here what it answers</h2>
      <form className="panel-form" onSubmit={submit}>
        <TextInput
          aria-label="What the machine answers"
          placeholder="abcd-efgh-ijkl-mnop"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {check.error !== null && <TroubleNote trouble={troubleFrom(check.error)} />}
        <div>
          <Button type="submit" loading={check.isPending} disabled={typed.trim() === ""}>
            Check and finish
          </Button>
        </div>
      </form>
      <p className="dim">
        On another device that is approved, <em>Approve a device</em> on the machine’s page takes the string too. This
        device’s words, for comparing: <DeviceWords deviceKey={shown.data.keys.deviceKey} />
      </p>
      <p className="dim">
        The first string proves this browser to the machine, the second proves the machine to this browser.{" "}
        <code>culvert devices link</code> on the machine does both with one link.
      </p>
    </section>
  );
}

/** Asks the machine to open, which it notes and refuses; gives the keys and the string to show. */
async function knock(server: ServerAtHand) {
  const engine = await pagePart(() => import("../app-view/engine.ts"));
  await engine.markLocked(server, Date.now());
  const keys = await engine.keysForApproval(deskOf(server));
  await engine.openDesk(deskOf(server)).then(
    (desk) => desk.close(),
    (thrown: unknown) => {
      if (TunnelError.from(thrown).code !== "approval-needed") throw thrown;
    },
  );
  return { keys, string: await engine.approvalStringOf("device", keys) };
}

/** Rejects with `wrong-server` for another string; true where the browser keeps the device's key. */
async function compare(server: ServerAtHand, keys: ApprovalKeys, typed: string): Promise<boolean> {
  const engine = await pagePart(() => import("../app-view/engine.ts"));
  if (!(await engine.provesServer(typed, keys))) {
    throw new TunnelError("wrong-server", "That is not what this machine answers.", {
      hint: "Check for a typing mistake. If it stays, somebody may stand between: do not go on.",
    });
  }
  const desk = await engine.openDesk(deskOf(server));
  desk.close();
  await engine.markChecked(server, Date.now());
  return engine.keepStorage();
}
