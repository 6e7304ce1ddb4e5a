/** One passkey: its name, since when, and naming or removing it. */
import type { Passkey } from "@culvert/protocol/signaling";
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, type ReactElement, useState } from "react";
import { passkeysQuery, renamePasskey } from "../api/own-account.ts";
import { ConfirmButton } from "../changes/confirm-button.tsx";
import { useChange } from "../changes/use-change.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { momentWords } from "../words/moment.ts";
import { troubleFrom } from "../words/trouble.ts";

interface Naming {
  readonly passkeyId: string;
  readonly name: string;
  /** The name before. */
  readonly was: string;
}

/** The row. */
export function PasskeyRow({ passkey, onRemove }: { passkey: Passkey; onRemove(): Promise<unknown> }): ReactElement {
  const { passkeyId, name, createdAt, synced } = passkey;
  const [typed, setTyped] = useState<string>();
  const naming = useChange<readonly Passkey[], Naming>({
    queryKey: passkeysQuery.queryKey,
    send: renamePasskey,
    apply: (passkeys, wish) =>
      passkeys.map((each) => (each.passkeyId === wish.passkeyId ? { ...each, name: wish.name } : each)),
    notice: (wish, change) => ({
      text: `The passkey is called ${wish.name} now.`,
      undo: () => change({ ...wish, name: wish.was, was: wish.name }),
    }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = (typed ?? "").trim();
    if (wanted !== name) naming.mutate({ passkeyId, name: wanted, was: name }, { onError: () => setTyped(wanted) });
    setTyped(undefined);
  };
  if (typed !== undefined)
    return (
      <li className="panel-row">
        <form className="panel-actions" onSubmit={submit}>
          <TextInput
            aria-label={`Name of the passkey ${name}`}
            size="xs"
            maxLength={64}
            required
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" variant="default">
            Save
          </Button>
          <Button size="xs" variant="default" onClick={() => setTyped(undefined)}>
            Keep the name
          </Button>
          {naming.error !== null && <TroubleNote trouble={troubleFrom(naming.error)} />}
        </form>
      </li>
    );
  return (
    <li className="panel-row">
      <span>
        <strong>{name}</strong>
        <br />
        <span className="dim tabular">
          since <ExactTime atMs={createdAt} words={momentWords(createdAt, { nowMs: Date.now() })} /> ·{" "}
          {synced ? "kept on several devices by its provider" : "on one device"}
        </span>
      </span>
      <span className="panel-actions">
        <Button size="xs" variant="default" aria-label={`Rename the passkey ${name}`} onClick={() => setTyped(name)}>
          Rename
        </Button>
        <ConfirmButton
          label="Remove"
          name={`Remove the passkey ${name}`}
          question={`Remove the passkey ${name}?`}
          onConfirm={onRemove}
        >
          <p>It signs nobody in any more. Your device may go on offering it: delete it there too.</p>
        </ConfirmButton>
      </span>
    </li>
  );
}
