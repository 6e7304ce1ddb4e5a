/** The identity provider, where this Culvert has one: linked or not. */
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { providerAddress, signInMethodsQuery } from "../api/accounts.ts";
import { methodsQuery } from "../api/own-account.ts";
import { Loaded } from "../shell/loaded.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { providerTrouble } from "../sign-in/sign-in-trouble.ts";
import { troubleFrom } from "../words/trouble.ts";

/** The section; nothing where there is no provider. */
export function ProviderSection(): ReactElement | undefined {
  const name = useQuery(signInMethodsQuery).data?.oidc?.name;
  const methods = useQuery(methodsQuery);
  const [refusal] = useState(() => new URLSearchParams(window.location.search).get("error"));
  const link = useMutation({
    mutationFn: () => providerAddress("link"),
    onSuccess: (address) => window.location.assign(address),
  });
  if (name === undefined) return undefined;
  return (
    <section className="panel" aria-labelledby="provider-title">
      <div className="panel-head">
        <h2 id="provider-title">{name}</h2>
        {methods.data?.oidc === false && (
          <Button size="xs" variant="default" loading={link.isPending || link.isSuccess} onClick={() => link.mutate()}>
            Link
          </Button>
        )}
      </div>
      <Loaded query={methods} what={`whether ${name} is linked`} rows={1}>
        {({ oidc }) => (
          <p className="dim">
            {oidc ? `You can sign in with ${name}.` : `Link your account there, and you can sign in with ${name}.`}
          </p>
        )}
      </Loaded>
      {refusal !== null && (
        <TroubleNote trouble={{ ...providerTrouble(refusal), headline: `${name} was not linked` }} />
      )}
      {link.error !== null && <TroubleNote trouble={troubleFrom(link.error)} />}
    </section>
  );
}
