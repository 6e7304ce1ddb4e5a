/** Tokens of programs: a portal's backend, a script, a Node viewer. */
import type { AccessToken, AccessTokenSummary } from "@culvert/protocol/signaling";
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { accessTokensQuery, createAccessToken, revokeAccessToken } from "../api/access-tokens.ts";
import { useNow } from "../live/use-now.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { agoWords, momentWords } from "../words/moment.ts";
import { troubleFrom } from "../words/trouble.ts";

/** The section. */
export function TokenSection(): ReactElement {
  const [label, setLabel] = useState("");
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: accessTokensQuery.queryKey });
  const tokens = useQuery(accessTokensQuery);
  const making = useMutation({ mutationFn: () => createAccessToken(label.trim()), onSettled: refresh });
  const revocation = useMutation({ mutationFn: revokeAccessToken, onSettled: refresh });
  const fault = tokens.error ?? making.error ?? revocation.error;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <section className="panel" aria-labelledby="tokens-title">
      <h2 id="tokens-title">Access tokens</h2>
      <p className="dim">A program that shows one acts for you: it launches, opens and lists. It lasts 90 days.</p>
      {fault !== null && <TroubleNote trouble={troubleFrom(fault)} />}
      <form className="panel-head" onSubmit={submit}>
        <TextInput
          aria-label="What the token is for"
          placeholder="What it is for"
          maxLength={64}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" loading={making.isPending} disabled={label.trim() === ""}>
          Make a token
        </Button>
      </form>
      {making.data !== undefined && <NewToken token={making.data} />}
      <ul className="panel-list" aria-label="Access tokens">
        {tokens.data?.map((token) => (
          <TokenRow key={token.tokenId} token={token} onRevoke={() => revocation.mutate(token.tokenId)} />
        ))}
      </ul>
    </section>
  );
}

function NewToken({ token }: { token: AccessToken }): ReactElement {
  return (
    <div role="status">
      <p>The token for {token.label}. It is shown this once:</p>
      <p className="fingerprint">{token.token}</p>
      <CopyButton text={token.token} />
    </div>
  );
}

function TokenRow({ token, onRevoke }: { token: AccessTokenSummary; onRevoke(): void }): ReactElement {
  const nowMs = useNow(30_000);
  const { label, expiresAt, revokedAt, lastUsedAt } = token;
  const isLive = revokedAt === null && expiresAt > nowMs;
  const used = lastUsedAt === null ? "never used" : `used ${agoWords(lastUsedAt, { nowMs })}`;
  const end = revokedAt === null ? `until ${momentWords(expiresAt, { nowMs })}` : "revoked";
  return (
    <li className="panel-row">
      <span>
        <strong>{label}</strong>
        <br />
        <span className="dim tabular">
          {used} · {end}
        </span>
      </span>
      {isLive && (
        <Button size="xs" variant="default" aria-label={`Revoke the token ${label}`} onClick={onRevoke}>
          Revoke
        </Button>
      )}
    </li>
  );
}
