/** Where one is signed in: each browser, when it was used last, and taking it back. */
import type { SignIn } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { revokeSignIn, signInsQuery, signOutEverywhere } from "../api/own-account.ts";
import { ConfirmButton } from "../changes/confirm-button.tsx";
import { useChange } from "../changes/use-change.ts";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { Loaded } from "../shell/loaded.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { useSignOut } from "../sign-in/use-sign-out.ts";
import { deviceWords } from "../words/device.ts";
import { agoWords, momentWords } from "../words/moment.ts";
import { troubleFrom } from "../words/trouble.ts";

/** The section. */
export function SignInSection(): ReactElement {
  const signIns = useQuery(signInsQuery);
  const own = useSignOut();
  const revocation = useChange({
    queryKey: signInsQuery.queryKey,
    send: revokeSignIn,
    apply: (known: readonly SignIn[], ended: string) => known.filter(({ signInId }) => signInId !== ended),
    notice: () => ({ text: "That browser is signed out." }),
  });
  const everywhere = async (): Promise<void> => {
    await signOutEverywhere();
    window.location.assign("/sign-in");
  };
  return (
    <section className="panel" aria-labelledby="sign-ins-title">
      <div className="panel-head">
        <h2 id="sign-ins-title">Where you are signed in</h2>
        <ConfirmButton
          label="Sign out everywhere"
          name="Sign out everywhere"
          question="Sign out everywhere?"
          keep="Stay signed in"
          onConfirm={everywhere}
        >
          <p>
            Every browser is signed out, this one too, and the apps that they have open close within seconds. You need a
            way to sign in again: a passkey, your password or a new one-time link.
          </p>
        </ConfirmButton>
      </div>
      <p className="dim">Signing a browser out closes the apps that it has open within seconds.</p>
      {revocation.error !== null && <TroubleNote trouble={troubleFrom(revocation.error)} />}
      {own.trouble !== undefined && <TroubleNote trouble={own.trouble} />}
      <Loaded query={signIns} what="sign-ins">
        {(all) => (
          <ul className="panel-list" aria-label="Sign-ins">
            {all.map((signIn) => (
              <SignInRow
                key={signIn.signInId}
                signIn={signIn}
                onEnd={() => (signIn.current ? own.signOut() : revocation.mutate(signIn.signInId))}
              />
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

function SignInRow({ signIn, onEnd }: { signIn: SignIn; onEnd(): void }): ReactElement {
  const nowMs = useNow(20_000);
  const { userAgent, address, current, createdAt, lastUsedAt } = signIn;
  const device = deviceWords(userAgent);
  return (
    <li className="panel-row">
      <span>
        <span className="sign-in-row-name">
          <strong>{device}</strong>
          {current && <span className="tag">this browser</span>}
        </span>
        <span className="dim tabular">
          used <ExactTime atMs={lastUsedAt} words={agoWords(lastUsedAt, { nowMs })} />
          {address !== "" && ` · from ${address}`} · since{" "}
          <ExactTime atMs={createdAt} words={momentWords(createdAt, { nowMs })} />
        </span>
      </span>
      <Button size="xs" variant="default" aria-label={current ? "Sign out here" : `Sign out ${device}`} onClick={onEnd}>
        Sign out
      </Button>
    </li>
  );
}
