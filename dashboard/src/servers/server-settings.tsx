/** What an owner changes of a server: its name, and whether it is in the account at all. */
import type { ServerView } from "@culvert/protocol/signaling";
import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { removeServer, renameServer, serversQuery } from "../api/servers.ts";
import { useChange } from "../changes/use-change.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { GroupSetting } from "./group-setting.tsx";

interface Renaming {
  readonly label: string;
  /** The name before. */
  readonly was: string;
}

/** The section. */
export function ServerSettings({ server }: { server: ServerView }): ReactElement {
  const [label, setLabel] = useState(server.label);
  const [removing, setRemoving] = useState(false);
  const renaming = useChange<readonly ServerView[], Renaming>({
    queryKey: serversQuery.queryKey,
    send: ({ label: wanted }) => renameServer(server.serverId, wanted),
    apply: (servers, wish) =>
      servers.map((each) => (each.serverId === server.serverId ? { ...each, label: wish.label } : each)),
    notice: (wish, change) => ({
      text: `${wish.was} is called ${wish.label} now.`,
      undo: () => {
        setLabel(wish.was);
        return change({ label: wish.was, was: wish.label });
      },
    }),
  });
  const removal = useMutation({
    mutationFn: () => removeServer(server.serverId),
    onSuccess: () => window.location.assign("/"),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    renaming.mutate({ label: label.trim(), was: server.label });
  };
  return (
    <section className="panel" aria-labelledby="settings-title">
      <h2 id="settings-title">Settings</h2>
      <form className="panel-form" onSubmit={submit}>
        <TextInput
          label="Name"
          maxLength={64}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        {renaming.error !== null && <TroubleNote trouble={troubleFrom(renaming.error)} />}
        <div className="panel-actions">
          <Button
            type="submit"
            variant="default"
            size="xs"
            loading={renaming.isPending}
            disabled={label.trim() === "" || label.trim() === server.label}
          >
            Rename
          </Button>
          <Button variant="default" size="xs" onClick={() => setRemoving(true)}>
            Remove from the account …
          </Button>
        </div>
      </form>
      <GroupSetting server={server} />
      <Modal
        opened={removing}
        onClose={() => setRemoving(false)}
        title={`Remove ${server.label}?`}
        size={448}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <p>
          What is open on it ends, its share links stop working, and it disappears from the list. The machine itself is
          left as it is; to have it back, enrol it again.
        </p>
        {removal.error !== null && <TroubleNote trouble={troubleFrom(removal.error)} />}
        <div className="panel-actions">
          <Button color="red" loading={removal.isPending} onClick={() => removal.mutate()}>
            Remove
          </Button>
          <Button variant="default" onClick={() => setRemoving(false)}>
            Keep it
          </Button>
        </div>
      </Modal>
    </section>
  );
}
