/** Makes a share: what it lets through and for how long; then its link, which is shown this once. */
import { deskShareSchema, type ServerView } from "@culvert/protocol/signaling";
import { Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { registerShare } from "../api/shares.ts";
import type { DeskClient } from "../desk/desk-client.ts";
import { pagePart } from "../setup/page-part.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { MadeShare } from "./made-share.tsx";
import { shareHref } from "./share-address.ts";
import { type ShareWish, shareRequestOf, wishFault } from "./share-wish.ts";

interface MakeShareDialogProps {
  readonly server: ServerView;
  readonly services: readonly string[];
  readonly client: DeskClient;
  onClose(): void;
}

const lifetimes = [
  { value: "1", label: "1 hour" },
  { value: "8", label: "8 hours" },
  { value: "24", label: "1 day" },
  { value: "168", label: "1 week" },
  { value: "720", label: "30 days" },
];

/** Mounted while it is open. */
export function MakeShareDialog({ server, services, client, onClose }: MakeShareDialogProps): ReactElement {
  const [wish, setWish] = useState<ShareWish>({
    ...{ serviceName: server.primaryService?.serviceName ?? services[0] ?? "", label: "", hours: "1" },
    ...{ paths: "", readOnly: false, uses: "", pin: "" },
  });
  const making = useMutation({ mutationFn: () => make(server, client, wish) });
  const change = (changes: Partial<ShareWish>): void => setWish({ ...wish, ...changes });
  const fault = wishFault(wish);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (fault === undefined) making.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={making.isSuccess ? "Share link" : `Share from ${server.label}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {making.isSuccess ? (
        <MadeShare href={making.data} hasPin={wish.pin.trim() !== ""} onDone={onClose} />
      ) : (
        <form className="panel-form" onSubmit={submit}>
          {services.length > 1 && (
            <NativeSelect
              label="App"
              data={[...services]}
              value={wish.serviceName}
              onChange={(event) => change({ serviceName: event.currentTarget.value })}
            />
          )}
          <TextInput
            label="For whom"
            description="For your own list."
            maxLength={64}
            value={wish.label}
            onChange={(event) => change({ label: event.currentTarget.value })}
          />
          <NativeSelect
            label="For how long"
            data={lifetimes}
            value={wish.hours}
            onChange={(event) => change({ hours: event.currentTarget.value })}
          />
          <TextInput
            label="Only below these paths"
            description="As /docs, by commas; the whole app where it is empty. The app's own scripts and styles must lie below them too."
            value={wish.paths}
            onChange={(event) => change({ paths: event.currentTarget.value })}
          />
          <label className="panel-check">
            <input
              type="checkbox"
              checked={wish.readOnly}
              onChange={(event) => change({ readOnly: event.currentTarget.checked })}
            />
            Read only: no forms, no WebSockets
          </label>
          <TextInput
            label="On how many devices"
            description="As many as like where it is empty. A device that has opened it can come again."
            inputMode="numeric"
            value={wish.uses}
            onChange={(event) => change({ uses: event.currentTarget.value })}
          />
          <TextInput
            label="PIN"
            description="Optional, 4 characters or more. Tell it by another way than the link; five wrong ones close the share."
            autoComplete="off"
            maxLength={64}
            value={wish.pin}
            onChange={(event) => change({ pin: event.currentTarget.value })}
          />
          {fault !== undefined && <p role="alert">{fault}</p>}
          {making.error !== null && <TroubleNote trouble={troubleFrom(making.error)} />}
          <div>
            <Button type="submit" loading={making.isPending} disabled={fault !== undefined}>
              Make the link
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

/** The agent takes it first: what it does not know, signaling joins nobody for. Gives the link. */
async function make(server: ServerView, client: DeskClient, wish: ShareWish): Promise<string> {
  const { newShareSecret } = await pagePart(() => import("../app-view/engine.ts"));
  const { shareId, secret, proofHash, ticketHash } = newShareSecret();
  const request = shareRequestOf(wish, { shareId, proofHash, nowMs: Date.now() });
  await client.ask("POST", "/shares", deskShareSchema, request);
  const { label, expiresAt } = request;
  await registerShare(server.serverId, { shareId, serviceName: wish.serviceName, label, ticketHash, expiresAt });
  const link = { serverId: server.serverId, shareId, secret };
  return shareHref(window.location.origin, link, request.scope.pathPrefixes?.[0]);
}
