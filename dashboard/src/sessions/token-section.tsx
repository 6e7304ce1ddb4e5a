/** Tokens of programs: a portal's backend, a script, a Node viewer. */
import type { AccessToken, AccessTokenSummary } from "@culvert/protocol/signaling";
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { accessTokensQuery, createAccessToken, revokeAccessToken } from "../api/access-tokens.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { Loaded } from "../shell/loaded.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { TokenRow } from "./token-row.tsx";

/** The section. */
export function TokenSection(): ReactElement {
  const [label, setLabel] = useState("");
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: accessTokensQuery.queryKey });
  const tokens = useQuery(accessTokensQuery);
  const making = useMutation({ mutationFn: createAccessToken, onSuccess: () => setLabel(""), onSettled: refresh });
  const takeBack = ({ tokenId }: AccessTokenSummary) => revokeAccessToken(tokenId).finally(refresh);
  const revoke = async (token: AccessTokenSummary): Promise<void> => {
    await takeBack(token);
    if (making.data?.tokenId === token.tokenId) making.reset();
  };
  // The new one first: where that fails, the old one still works.
  const rotate = async (token: AccessTokenSummary): Promise<void> => {
    await making.mutateAsync(token.label);
    await takeBack(token);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    making.mutate(label.trim());
  };
  return (
    <section className="panel" aria-labelledby="tokens-title">
      <h2 id="tokens-title">Access tokens</h2>
      <p className="dim">A program that shows one acts for you: it launches, opens and lists. It lasts 90 days.</p>
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
      {making.error !== null && <TroubleNote trouble={troubleFrom(making.error)} />}
      {making.data !== undefined && <NewToken token={making.data} />}
      <Loaded query={tokens} what="access tokens">
        {(all) => (
          <>
            {all.length === 0 && <p className="dim">No program acts for you.</p>}
            <ul className="panel-list" aria-label="Access tokens">
              {all.map((token) => (
                <TokenRow
                  key={token.tokenId}
                  token={token}
                  onRotate={() => rotate(token)}
                  onRevoke={() => revoke(token)}
                />
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </section>
  );
}

function NewToken({ token }: { token: AccessToken }): ReactElement {
  return (
    <div role="status" className="panel-form">
      <p>The token for {token.label}. It is shown this once: give it to the program now.</p>
      <p className="fingerprint">{token.token}</p>
      <div>
        <CopyButton text={token.token} />
      </div>
    </div>
  );
}
