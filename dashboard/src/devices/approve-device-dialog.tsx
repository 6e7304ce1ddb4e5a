/** Approves another device from this one: its string is typed here, and the machine's answer is typed there. */
import { approvedDeviceSchema, type ServerView } from "@culvert/protocol/signaling";
import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import type { DeskState } from "../desk/use-desk.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";

interface ApproveDeviceDialogProps {
  readonly server: ServerView;
  readonly desk: DeskState;
  onClose(): void;
}

/** Mounted while it is open. */
export function ApproveDeviceDialog({ server, desk, onClose }: ApproveDeviceDialogProps): ReactElement {
  const [string, setString] = useState("");
  const [label, setLabel] = useState("");
  const client = useQueryClient();
  const approval = useMutation({
    mutationFn: () => desk.client.ask("POST", "/devices", approvedDeviceSchema, { string, label: label.trim() }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["desk", server.serverId] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    approval.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={approval.isSuccess ? "One step is left" : `Approve a device on ${server.label}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {approval.isSuccess ? (
        <div className="panel-form">
          <p>The machine takes it from now on. Type this on the device, so that it knows the machine too:</p>
          <p className="fingerprint">{approval.data.answer}</p>
          <div className="panel-actions">
            <CopyButton text={approval.data.answer} />
            <Button variant="default" size="xs" onClick={onClose}>
              Done
            </Button>
          </div>
        </div>
      ) : (
        <form className="panel-form" onSubmit={submit}>
          <p>
            Open {server.label} on the other device. It says that it is not approved: press <em>Approve this device</em>{" "}
            there, and type here the string that it shows.
          </p>
          <TextInput
            label="What the device shows"
            placeholder="abcd-efgh-ijkl-mnop"
            autoComplete="off"
            spellCheck={false}
            maxLength={64}
            required
            withAsterisk={false}
            data-autofocus
            value={string}
            onChange={(event) => setString(event.currentTarget.value)}
          />
          <TextInput
            label="What you call it"
            description="For the list, as: Ada’s phone."
            maxLength={64}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          {approval.error !== null && <TroubleNote trouble={troubleFrom(approval.error)} />}
          <div>
            <Button type="submit" loading={approval.isPending} disabled={string.trim() === ""}>
              Approve
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
