/** An invitation, followed: what it offers, a name and an email, and then how to sign in next time. */
import { Button, Paper, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { acceptInvitation, lookAtInvitation } from "../api/accounts.ts";
import { BrandMark } from "../shell/brand-mark.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { LinkProgress } from "../sign-in/link-progress.tsx";
import { captureLinkCode, takeLinkCode } from "../sign-in/one-time-link.ts";
import { momentWords } from "../words/moment.ts";
import { roles, roleWithArticle } from "../words/roles.ts";
import { troubleFrom } from "../words/trouble.ts";
import { invitationTrouble } from "./invitation-trouble.ts";
import "../sign-in/sign-in-page.css";

/** The page at `/join#code=…`. */
export function JoinPage(): ReactElement {
  const [code, setCode] = useState<string>();
  const look = useMutation({ mutationFn: lookAtInvitation });
  const ask = useRef(look.mutate);
  useEffect(() => {
    document.title = "Join – Culvert";
    const take = (): void => {
      const captured = takeLinkCode();
      if (captured === undefined) return;
      setCode(captured);
      ask.current(captured);
    };
    const onHashChange = (): void => {
      if (captureLinkCode(window)) take();
    };
    take();
    window.addEventListener("hashchange", onHashChange);
    return () => window.removeEventListener("hashchange", onHashChange);
  }, []);
  const offer = look.data;
  return (
    <main className="sign-in">
      <BrandMark size={40} />
      <h1>{code === undefined ? "This link is not whole" : "Join Culvert"}</h1>
      {code === undefined && (
        <p className="sign-in-lead">
          An invitation has its code after the # sign. Open the whole link, or ask for a new one.
        </p>
      )}
      {look.error !== null && <TroubleNote trouble={invitationTrouble(look.error)} />}
      {look.isPending && <LinkProgress error={null} />}
      {code !== undefined && offer !== undefined && (
        <>
          <p className="sign-in-lead">
            {offer.invitedBy} invites you as {roleWithArticle(offer.role)}.{" "}
            {roles.find(({ role }) => role === offer.role)?.may} The invitation is good until{" "}
            {momentWords(offer.expiresAt, { nowMs: Date.now() })}.
          </p>
          <Paper withBorder p="lg" className="sign-in-card">
            <JoinForm code={code} />
          </Paper>
        </>
      )}
    </main>
  );
}

function JoinForm({ code }: { code: string }): ReactElement {
  const join = useMutation({
    mutationFn: acceptInvitation,
    // A new document, as the member that they are now; it asks for a way to sign in next time.
    onSuccess: () => window.location.replace("/"),
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    join.mutate({ code, name: String(fields.get("name")), email: String(fields.get("email")) });
  };
  return (
    <form onSubmit={submit}>
      <TextInput label="Name" name="name" autoComplete="name" maxLength={64} required withAsterisk={false} />
      <TextInput
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        description="You sign in with it. Culvert sends no mail."
        required
        withAsterisk={false}
      />
      {join.error !== null && <TroubleNote trouble={troubleFrom(join.error)} />}
      <Button type="submit" loading={join.isPending || join.isSuccess}>
        Join
      </Button>
    </form>
  );
}
