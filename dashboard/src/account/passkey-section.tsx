/** Passkeys: the list, and adding one. */
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { accountQuery } from "../api/accounts.ts";
import { passkeysQuery, removePasskey } from "../api/own-account.ts";
import { Loaded } from "../shell/loaded.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { addPasskey, hasPasskeys } from "../sign-in/passkeys.ts";
import { passkeyTrouble } from "../sign-in/sign-in-trouble.ts";
import { deviceWords } from "../words/device.ts";
import { PasskeyRow } from "./passkey-row.tsx";

/** The section. */
export function PasskeySection(): ReactElement {
  const client = useQueryClient();
  const passkeys = useQuery(passkeysQuery);
  const refresh = () => client.invalidateQueries({ queryKey: accountQuery.queryKey });
  const adding = useMutation({ mutationFn: () => addPasskey(deviceWords(navigator.userAgent)), onSettled: refresh });
  const remove = (passkeyId: string) => removePasskey(passkeyId).finally(refresh);
  return (
    <section className="panel" aria-labelledby="passkeys-title">
      <div className="panel-head">
        <h2 id="passkeys-title">Passkeys</h2>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} />}
          loading={adding.isPending}
          disabled={!hasPasskeys()}
          onClick={() => adding.mutate()}
        >
          Add a passkey
        </Button>
      </div>
      <p className="dim">
        {hasPasskeys()
          ? "Your fingerprint, face or PIN signs you in. Nothing to remember, and nothing that a false page could ask for."
          : "This browser has no passkeys. Use a current one, over https or on a localhost name."}
      </p>
      {adding.error !== null && <TroubleNote trouble={passkeyTrouble(adding.error)} />}
      <Loaded query={passkeys} what="passkeys">
        {(all) => (
          <>
            {all.length === 0 && <p>You have none yet.</p>}
            <ul className="panel-list" aria-label="Passkeys">
              {all.map((passkey) => (
                <PasskeyRow key={passkey.passkeyId} passkey={passkey} onRemove={() => remove(passkey.passkeyId)} />
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </section>
  );
}
