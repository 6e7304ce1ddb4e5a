/** A button for what cannot be taken back: it says first what will be gone, and does it when that is confirmed. */
import { Button, Modal } from "@mantine/core";
import { type ReactElement, type ReactNode, useState } from "react";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { type Trouble, troubleFrom } from "../words/trouble.ts";

interface ConfirmButtonProps {
  /** On the button, and on the one that confirms. */
  readonly label: string;
  /** What a screen reader says of the button: `Revoke the share Anna`. */
  readonly name: string;
  readonly question: string;
  /** What will be gone, and how to have it again. */
  readonly children: ReactNode;
  /** What the other button says. */
  readonly keep?: string;
  readonly disabled?: boolean;
  /** Rejects where it failed: then the question stays, with the reason. */
  onConfirm(): Promise<unknown>;
  /** The reason in words of the page's own. */
  troubleWords?(thrown: unknown): Trouble;
}

/** Button and question. */
export function ConfirmButton({
  label,
  name,
  question,
  children,
  keep = "Keep",
  ...rest
}: ConfirmButtonProps): ReactElement {
  const { onConfirm, disabled = false, troubleWords = troubleFrom } = rest;
  const [asking, setAsking] = useState(false);
  const [working, setWorking] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const confirm = async (): Promise<void> => {
    setWorking(true);
    setFault(undefined);
    try {
      await onConfirm();
      setAsking(false);
    } catch (thrown) {
      setFault(thrown);
    } finally {
      setWorking(false);
    }
  };
  // What was confirmed is told here, be it done or not: until then there is nothing to leave.
  const leave = (): void => {
    if (!working) setAsking(false);
  };
  const ask = (): void => {
    setFault(undefined);
    setAsking(true);
  };
  return (
    <>
      <Button size="xs" variant="default" aria-label={name} disabled={disabled} onClick={ask}>
        {label}
      </Button>
      <Modal opened={asking} onClose={leave} title={question} size={448} closeButtonProps={{ "aria-label": "Close" }}>
        <div className="confirm-words">{children}</div>
        {fault !== undefined && <TroubleNote trouble={troubleWords(fault)} />}
        <div className="panel-actions">
          <Button color="red" loading={working} onClick={() => void confirm()}>
            {label}
          </Button>
          <Button variant="default" onClick={leave}>
            {keep}
          </Button>
        </div>
      </Modal>
    </>
  );
}
