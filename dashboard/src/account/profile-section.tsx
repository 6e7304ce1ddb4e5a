/** Name and email. */
import type { Account } from "@culvert/protocol/signaling";
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { accountQuery } from "../api/accounts.ts";
import { updateAccount } from "../api/own-account.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { roles } from "../words/roles.ts";
import { troubleFrom } from "../words/trouble.ts";

/** The section. */
export function ProfileSection({ account }: { account: Account }): ReactElement {
  const client = useQueryClient();
  const [saved, setSaved] = useState(account);
  const [name, setName] = useState(account.name);
  const [email, setEmail] = useState(account.email);
  const change = useMutation({
    mutationFn: () => updateAccount({ name, email }),
    onSuccess: (changed) => {
      setSaved(changed);
      client.setQueryData(accountQuery.queryKey, changed);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  const role = roles.find((words) => words.role === account.role);
  const isSaved = name.trim() === saved.name && email.trim() === saved.email;
  return (
    <section className="panel" aria-labelledby="profile-title">
      <h2 id="profile-title">Who you are</h2>
      <form className="panel-form" onSubmit={submit}>
        <div className="panel-two">
          <TextInput
            label="Name"
            autoComplete="name"
            maxLength={64}
            required
            withAsterisk={false}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="Email"
            type="email"
            autoComplete="email"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        </div>
        {role !== undefined && (
          <p className="dim">
            {role.name} of this account. {role.may}
          </p>
        )}
        {change.error !== null && <TroubleNote trouble={troubleFrom(change.error)} />}
        <div className="panel-actions">
          <Button type="submit" variant="default" size="xs" loading={change.isPending} disabled={isSaved}>
            {change.isSuccess && isSaved ? "Saved" : "Save"}
          </Button>
        </div>
      </form>
    </section>
  );
}
