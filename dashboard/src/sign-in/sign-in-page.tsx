/** Signing in: by the one-time link that started this page, or by email and password. */
import { Paper } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef } from "react";
import { signInByLink } from "../api/accounts.ts";
import { BrandMark } from "../shell/brand-mark.tsx";
import { LinkProgress } from "./link-progress.tsx";
import { captureLinkCode, takeLinkCode } from "./one-time-link.ts";
import { PasswordForm } from "./password-form.tsx";
import { takeReturnAddress } from "./return-address.ts";
import "./sign-in-page.css";

/** A new document: it loads as the account that is now signed in, under the policy of the page it goes to. */
function enterDashboard(): void {
  window.location.replace(takeReturnAddress(sessionStorage));
}

/** The page at `/sign-in`. */
export function SignInPage(): ReactElement {
  const link = useMutation({ mutationFn: signInByLink, onSuccess: enterDashboard });
  const submitLink = useRef(link.mutate);
  useEffect(() => {
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
  const byLink = !link.isIdle;
  return (
    <main className="sign-in">
      <BrandMark size={40} />
      <h1>{byLink && !link.isError ? "Signing you in …" : "Sign in to Culvert"}</h1>
      {byLink && <LinkProgress error={link.error} />}
      {(!byLink || link.isError) && (
        <>
          <Paper withBorder p="lg" className="sign-in-card">
            <PasswordForm onSignedIn={enterDashboard} />
          </Paper>
          {!byLink && <LinkHelp />}
        </>
      )}
    </main>
  );
}

function LinkHelp(): ReactElement {
  return (
    <section className="sign-in-help" aria-labelledby="link-help">
      <h2 id="link-help">No password?</h2>
      <p>
        Culvert prints a one-time sign-in link where it runs. For a new one, stop it there with Ctrl-C, run{" "}
        <code>npm start</code> again and open what it prints.
      </p>
    </section>
  );
}
