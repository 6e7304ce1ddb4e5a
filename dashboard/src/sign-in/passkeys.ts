/** The browser's part of passkeys: asks the server for a challenge, the authenticator for an answer, and brings it back. */
import { TunnelError } from "@culvert/protocol";
import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from "@simplewebauthn/browser";
import { z } from "zod";
import { apiRequest } from "../api/api-request.ts";

const anything = z.unknown();
// What stands in them is between the server's library and the browser's.
const creationOptions = z.custom<PublicKeyCredentialCreationOptionsJSON>((value) => typeof value === "object");
const requestOptions = z.custom<PublicKeyCredentialRequestOptionsJSON>((value) => typeof value === "object");

/** False where this browser has no passkeys. */
export const hasPasskeys = browserSupportsWebAuthn;

/** True where passkeys can be offered inside the email field. */
export const offersPasskeysInFields = browserSupportsWebAuthnAutofill;

/** Makes a passkey for who is signed in. `canceled` where somebody gave up, `already-used` where there is one already. */
export async function addPasskey(name: string): Promise<void> {
  const optionsJSON = await apiRequest("/api/auth/passkey/generate-register-options", { schema: creationOptions });
  const response = await worded(() => startRegistration({ optionsJSON }));
  const body = { response, name };
  await apiRequest("/api/auth/passkey/verify-registration", { method: "POST", body, schema: anything });
}

/**
 * Signs in by a passkey. `inField`: waits until somebody chooses one in the email field; `canceled` where another
 * question took its place.
 */
export async function signInByPasskey({ inField }: { readonly inField: boolean }): Promise<void> {
  const path = "/api/auth/passkey/generate-authenticate-options";
  const optionsJSON = await apiRequest(path, { schema: requestOptions });
  const response = await worded(() => startAuthentication({ optionsJSON, useBrowserAutofill: inField }));
  await apiRequest("/api/auth/passkey/verify-authentication", { method: "POST", body: { response }, schema: anything });
}

/** Ends a question that waits in a field. */
export function stopAsking(): void {
  WebAuthnAbortService.cancelCeremony();
}

/** https://www.w3.org/TR/webauthn-3/#sctn-createCredential names what the authenticator's refusals are called. */
async function worded<Answer>(ceremony: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ceremony();
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : "";
    if (name === "NotAllowedError" || name === "AbortError") {
      throw new TunnelError("canceled", "The passkey was not used: it was given up, or took too long.", {
        hint: "Try again, or choose another way.",
        cause,
      });
    }
    if (name === "InvalidStateError") {
      throw new TunnelError("already-used", "This device already has a passkey of yours.", { hint: "", cause });
    }
    throw new TunnelError("unsupported", "This browser or its authenticator cannot use a passkey here.", {
      hint: "Choose another way.",
      cause,
    });
  }
}
