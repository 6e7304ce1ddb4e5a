/** Where one is signed in: each browser, when it was used last, and taking it back. */
import type { SignIn } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { revokeSignIn, signInsQuery, signOutEverywhere } from "../api/own-account.ts";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { useSignOut } from "../sign-in/use-sign-out.ts";
import { deviceWords } from "../words/device.ts";
import { agoWords, momentWords } from "../words/moment.ts";
import { troubleFrom } from "../words/trouble.ts";

/** The section. */
export function SignInSection(): ReactElement {
  const client = useQueryClient();
  const signIns = useQuery(signInsQuery);
  const own = useSignOut();
  const revocation = useMutation({
    mutationFn: revokeSignIn,
    onSettled: () => client.invalidateQueries({ queryKey: signInsQuery.queryKey }),
  });
  const everywhere = useMutation({
    mutationFn: signOutEverywhere,
    onSuccess: () => window.location.assign("/sign-in"),
  });
  const fault = revocation.error ?? everywhere.error ?? signIns.error;
  return (
    <section className="panel" aria-labelledby="sign-ins-title">
      <div className="panel-head">
        <h2 id="sign-ins-title">Where you are signed in</h2>
        <Button
          size="xs"
          variant="default"
          loading={everywhere.isPending || everywhere.isSuccess}
          onClick={() => everywhere.mutate()}
        >
          Sign out everywhere
        </Button>
      </div>
      <p className="dim">Signing a browser out closes the apps that it has open within seconds.</p>
      {fault !== null && <TroubleNote trouble={troubleFrom(fault)} />}
      {own.trouble !== undefined && <TroubleNote trouble={own.trouble} />}
      <ul className="panel-list" aria-label="Sign-ins">
        {signIns.data?.map((signIn) => (
          <SignInRow
            key={signIn.signInId}
            signIn={signIn}
            onEnd={() => (signIn.current ? own.signOut() : revocation.mutate(signIn.signInId))}
          />
        ))}
      </ul>
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
