/** The password: set, or changed with the old one. */
import { Button, PasswordInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent, ReactElement } from "react";
import { accountQuery } from "../api/accounts.ts";
import { methodsQuery, setPassword } from "../api/own-account.ts";
import { Loaded } from "../shell/loaded.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";

/** The section. */
export function PasswordSection(): ReactElement {
  const methods = useQuery(methodsQuery);
  return (
    <section className="panel" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <Loaded query={methods} what="whether you have a password" rows={1}>
        {({ password }) => <PasswordForm hasPassword={password} />}
      </Loaded>
    </section>
  );
}

function PasswordForm({ hasPassword }: { hasPassword: boolean }): ReactElement {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: setPassword,
    onSuccess: () => client.invalidateQueries({ queryKey: accountQuery.queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const newPassword = String(fields.get("new"));
    const body = hasPassword ? { newPassword, currentPassword: String(fields.get("current")) } : { newPassword };
    change.mutate(body, { onSuccess: () => form.reset() });
  };
  return (
    <>
      <p className="dim">
        {hasPassword ? "You have one. Changing it leaves your other sign-ins as they are." : "You have none."}
      </p>
      <form className="panel-form" onSubmit={submit}>
        <div className="panel-two">
          {hasPassword && (
            <PasswordInput
              label="Current password"
              name="current"
              autoComplete="current-password"
              required
              withAsterisk={false}
            />
          )}
          <PasswordInput
            label="New password"
            name="new"
            autoComplete="new-password"
            minLength={12}
            maxLength={128}
            required
            withAsterisk={false}
          />
        </div>
        {change.error !== null && <TroubleNote trouble={troubleFrom(change.error)} />}
        {change.isSuccess && <p role="status">The new password holds from now on.</p>}
        <div className="panel-actions">
          <Button type="submit" variant="default" size="xs" loading={change.isPending}>
            {hasPassword ? "Change password" : "Set password"}
          </Button>
        </div>
      </form>
    </>
  );
}
