/** Signing in: by the one-time link that started this page, a passkey, a password, or the identity provider. */
import { Paper } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { accountQuery, signInByLink } from "../api/accounts.ts";
import { BrandMark } from "../shell/brand-mark.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { LinkProgress } from "./link-progress.tsx";
import { captureLinkCode, hasLinkCode, takeLinkCode } from "./one-time-link.ts";
import { OtherWays } from "./other-ways.tsx";
import { PasswordForm } from "./password-form.tsx";
import { takeReturnAddress } from "./return-address.ts";
import { providerTrouble } from "./sign-in-trouble.ts";
import "./sign-in-page.css";

/** A new document: it loads as the account that is now signed in, under the policy of the page it goes to. */
export function enterDashboard(): void {
  window.location.replace(takeReturnAddress(sessionStorage));
}

/** The page at `/sign-in`. */
export function SignInPage(): ReactElement {
  const link = useMutation({ mutationFn: signInByLink, onSuccess: enterDashboard });
  const submitLink = useRef(link.mutate);
  const [refusal] = useState(takeRefusal);
  const [cameByLink] = useState(hasLinkCode);
  const account = useQuery({ ...accountQuery, enabled: !cameByLink });
  const byLink = !link.isIdle;
  // Who comes back from the identity provider, or opens this page again, is signed in already.
  const isSignedIn = account.data !== undefined && account.data !== null && !byLink && refusal === undefined;
  useEffect(() => {
    document.title = "Sign in – Culvert";
    const submitCaptured = (): void => {
      const code = takeLinkCode();
      if (code !== undefined) submitLink.current(code);
    };
    const onHashChange = (): void => {
      if (captureLinkCode(window)) submitCaptured();
    };
    submitCaptured();
    window.addEventListener("hashchange", onHashChange);
    return () => window.removeEventListener("hashchange", onHashChange);
  }, []);
  useEffect(() => {
    if (isSignedIn) enterDashboard();
  }, [isSignedIn]);
  return (
    <main className="sign-in">
      <BrandMark size={40} />
      <h1>{(byLink && !link.isError) || isSignedIn ? "Signing you in …" : "Sign in to Culvert"}</h1>
      {byLink && <LinkProgress error={link.error} />}
      {refusal !== undefined && !byLink && <TroubleNote trouble={refusal} />}
      {(!byLink || link.isError) && (
        <>
          <Paper withBorder p="lg" className="sign-in-card">
            <PasswordForm onSignedIn={enterDashboard} />
            <OtherWays onSignedIn={enterDashboard} />
          </Paper>
          {!byLink && <LinkHelp />}
        </>
      )}
    </main>
  );
}

/** What the identity provider sent back, out of the address bar: a reload must not say it again. */
function takeRefusal() {
  const { searchParams, pathname, hash } = new URL(window.location.href);
  const error = searchParams.get("error");
  if (error === null) return undefined;
  window.history.replaceState(window.history.state, "", pathname + hash);
  return providerTrouble(error);
}

function LinkHelp(): ReactElement {
  return (
    <section className="sign-in-help" aria-labelledby="link-help">
      <h2 id="link-help">Cannot get in?</h2>
      <p>
        Culvert prints a one-time sign-in link where it runs. For a new one, stop it there with Ctrl-C, run{" "}
        <code>npm start</code> again and open what it prints. Further members are let in by an invitation.
      </p>
    </section>
  );
}
