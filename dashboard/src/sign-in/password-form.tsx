/** Email and password, for accounts that have one. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactElement } from "react";
import { signInByPassword } from "../api/accounts.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { passwordTrouble } from "./sign-in-trouble.ts";

/** The browser checks the fields; `onSignedIn` runs once the session is there. */
export function PasswordForm({ onSignedIn }: { onSignedIn(): void }): ReactElement {
  const signIn = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => signInByPassword(email, password),
    onSuccess: onSignedIn,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    signIn.mutate({ email: String(fields.get("email")), password: String(fields.get("password")) });
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        label="Email"
        name="email"
        type="email"
        autoComplete="username webauthn"
        required
        withAsterisk={false}
      />
      <PasswordInput label="Password" name="password" autoComplete="current-password" required withAsterisk={false} />
      {signIn.error !== null && <TroubleNote trouble={passwordTrouble(signIn.error)} />}
      <Button type="submit" loading={signIn.isPending || signIn.isSuccess}>
        Sign in
      </Button>
    </form>
  );
}
