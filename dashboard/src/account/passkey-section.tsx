/** Passkeys: what they are called, since when, and adding or removing one. */
import type { Passkey } from "@culvert/protocol/signaling";
import { Button, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { accountQuery } from "../api/accounts.ts";
import { passkeysQuery, removePasskey, renamePasskey } from "../api/own-account.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { addPasskey, hasPasskeys } from "../sign-in/passkeys.ts";
import { passkeyTrouble } from "../sign-in/sign-in-trouble.ts";
import { deviceWords } from "../words/device.ts";
import { momentWords } from "../words/moment.ts";
import { troubleFrom } from "../words/trouble.ts";

/** The section. */
export function PasskeySection(): ReactElement {
  const client = useQueryClient();
  const passkeys = useQuery(passkeysQuery);
  const refresh = () => client.invalidateQueries({ queryKey: accountQuery.queryKey });
  const adding = useMutation({ mutationFn: () => addPasskey(deviceWords(navigator.userAgent)), onSettled: refresh });
  const removal = useMutation({ mutationFn: removePasskey, onSettled: refresh });
  const fault = removal.error ?? passkeys.error;
  return (
    <section className="panel" aria-labelledby="passkeys-title">
      <div className="panel-head">
        <h2 id="passkeys-title">Passkeys</h2>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} />}
          loading={adding.isPending}
          disabled={!hasPasskeys()}
          onClick={() => adding.mutate()}
        >
          Add a passkey
        </Button>
      </div>
      <p className="dim">
        {hasPasskeys()
          ? "Your fingerprint, face or PIN signs you in. Nothing to remember, and nothing that a false page could ask for."
          : "This browser has no passkeys. Use a current one, over https or on a localhost name."}
      </p>
      {adding.error !== null && <TroubleNote trouble={passkeyTrouble(adding.error)} />}
      {fault !== null && <TroubleNote trouble={troubleFrom(fault)} />}
      {passkeys.data?.length === 0 && <p>You have none yet.</p>}
      <ul className="panel-list" aria-label="Passkeys">
        {passkeys.data?.map((passkey) => (
          <PasskeyRow key={passkey.passkeyId} passkey={passkey} onRemove={() => removal.mutate(passkey.passkeyId)} />
        ))}
      </ul>
    </section>
  );
}

function PasskeyRow({ passkey, onRemove }: { passkey: Passkey; onRemove(): void }): ReactElement {
  const { passkeyId, name, createdAt, synced } = passkey;
  const client = useQueryClient();
  const [typed, setTyped] = useState<string>();
  const naming = useMutation({
    mutationFn: renamePasskey,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: passkeysQuery.queryKey });
      setTyped(undefined);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    naming.mutate({ passkeyId, name: (typed ?? "").trim() });
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
          <Button type="submit" size="xs" variant="default" loading={naming.isPending}>
            Save
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
        <Button size="xs" variant="default" aria-label={`Remove the passkey ${name}`} onClick={onRemove}>
          Remove
        </Button>
      </span>
    </li>
  );
}
