/** The first page of a new owner or member: a name, an email, and a way to sign in next time. */
import type { Account } from "@culvert/protocol/signaling";
import { Button, Paper, PasswordInput, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, type ReactElement, useEffect, useState } from "react";
import { setPassword, updateAccount } from "../api/own-account.ts";
import { BrandMark } from "../shell/brand-mark.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { addPasskey, hasPasskeys } from "../sign-in/passkeys.ts";
import { takeReturnAddress } from "../sign-in/return-address.ts";
import { deviceWords } from "../words/device.ts";
import { troubleFrom } from "../words/trouble.ts";
import { setUpLater } from "./later.ts";
import "../sign-in/sign-in-page.css";

const route = getRouteApi("/account/set-up");

/** What a new installation calls its owner until they say. */
const placeholderHost = "@culvert.localhost";

/** A new document: it loads with what was set up. */
function goOn(): void {
  window.location.replace(takeReturnAddress(sessionStorage));
}

/** The page at `/set-up`. */
export function SetUpPage(): ReactElement {
  const { account } = route.useRouteContext();
  useEffect(() => {
    document.title = "Welcome – Culvert";
  }, []);
  return (
    <main className="sign-in">
      <BrandMark size={40} />
      <h1>Welcome to Culvert</h1>
      <p className="sign-in-lead">The link that brought you here worked once. Choose how you sign in from now on.</p>
      <Paper withBorder p="lg" className="sign-in-card">
        <SetUpForm account={account} />
      </Paper>
      <Button
        variant="subtle"
        color="gray"
        onClick={() => {
          setUpLater(localStorage, account.memberId);
          goOn();
        }}
      >
        Later
      </Button>
      <p className="sign-in-note">Look around first: you stay signed in here, and Your account offers it again.</p>
    </main>
  );
}

function SetUpForm({ account }: { account: Account }): ReactElement {
  const isNamed = !account.email.endsWith(placeholderHost);
  const [name, setName] = useState(isNamed ? account.name : "");
  const [email, setEmail] = useState(isNamed ? account.email : "");
  const [way, setWay] = useState<"passkey" | "password">(hasPasskeys() ? "passkey" : "password");
  const setUp = useMutation({
    mutationFn: async (password: string) => {
      await updateAccount({ name, email });
      if (way === "passkey") await addPasskey(deviceWords(navigator.userAgent));
      else await setPassword({ newPassword: password });
    },
    onSuccess: goOn,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setUp.mutate(String(new FormData(event.currentTarget).get("password") ?? ""));
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        label="Name"
        autoComplete="name"
        required
        withAsterisk={false}
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Email"
        type="email"
        autoComplete="username"
        description="You sign in with it. Culvert sends no mail."
        required
        withAsterisk={false}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      {way === "password" && (
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="new-password"
          description="12 characters or more; a few words in a row do well."
          minLength={12}
          required
          withAsterisk={false}
        />
      )}
      {setUp.error !== null && <TroubleNote trouble={troubleFrom(setUp.error)} />}
      <Button
        type="submit"
        leftSection={way === "passkey" ? <IconFingerprint size={16} /> : undefined}
        loading={setUp.isPending || setUp.isSuccess}
      >
        {way === "passkey" ? "Create a passkey" : "Set password"}
      </Button>
      {hasPasskeys() && (
        <Button variant="default" onClick={() => setWay(way === "passkey" ? "password" : "passkey")}>
          {way === "passkey" ? "Use a password instead" : "Use a passkey instead"}
        </Button>
      )}
    </form>
  );
}
