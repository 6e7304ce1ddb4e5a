/** Ways to sign in beside a password: a passkey, offered in the email field too, and the identity provider. */
import { Button } from "@mantine/core";
import { IconFingerprint, IconLogin2 } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef } from "react";
import { providerAddress, signInMethodsQuery } from "../api/accounts.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { hasPasskeys, offersPasskeysInFields, signInByPasskey, stopAsking } from "./passkeys.ts";
import { passkeyTrouble } from "./sign-in-trouble.ts";

/** `onSignedIn` runs once the session is there. */
export function OtherWays({ onSignedIn }: { onSignedIn(): void }): ReactElement {
  const methods = useQuery(signInMethodsQuery);
  const passkey = useMutation({ mutationFn: () => signInByPasskey({ inField: false }), onSuccess: onSignedIn });
  const provider = useMutation({
    mutationFn: () => providerAddress("sign-in"),
    onSuccess: (address) => window.location.assign(address),
  });
  usePasskeyInField(onSignedIn);
  const name = methods.data?.oidc?.name;
  const fault = passkey.error === null ? provider.error : passkey.error;
  return (
    <div className="sign-in-ways">
      <p className="sign-in-or">
        <span>or</span>
      </p>
      {hasPasskeys() && (
        <Button
          variant="default"
          leftSection={<IconFingerprint size={16} />}
          loading={passkey.isPending || passkey.isSuccess}
          onClick={() => passkey.mutate()}
        >
          Sign in with a passkey
        </Button>
      )}
      {name !== undefined && (
        <Button
          variant="default"
          leftSection={<IconLogin2 size={16} />}
          loading={provider.isPending || provider.isSuccess}
          onClick={() => provider.mutate()}
        >
          Sign in with {name}
        </Button>
      )}
      {fault !== null && <TroubleNote trouble={passkey.error === null ? troubleFrom(fault) : passkeyTrouble(fault)} />}
    </div>
  );
}

/** Offers passkeys in the email field for as long as the page stands, silently: nobody asked for it. */
function usePasskeyInField(onSignedIn: () => void): void {
  const signedIn = useRef(onSignedIn);
  useEffect(() => {
    let left = false;
    void offersPasskeysInFields().then(async (offers) => {
      if (!offers || left) return;
      await signInByPasskey({ inField: true }).then(signedIn.current, () => undefined);
    });
    return () => {
      left = true;
      stopAsking();
    };
  }, []);
}
