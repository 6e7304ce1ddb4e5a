/**
 * What the description says of the endpoints under /api/auth: a kept library answers them and checks their bodies itself,
 * so they have no schemas of ours that would do both.
 */
import { acceptInvitationSchema, signedInSchema, signInCodeSchema } from "@culvert/protocol/signaling";
import { z } from "zod";
import { answersWith } from "./typed-api.ts";

const anything = z.looseObject({});
const redirect = z.object({ url: z.url(), redirect: z.boolean() });
const email = z.object({ email: z.email(), password: z.string() });

/** By method and pattern. */
export const authDescriptions: Readonly<Record<string, object>> = {
  "POST /api/auth/sign-in/code": {
    ...answersWith(signedInSchema, "Signs in by a one-time link"),
    body: signInCodeSchema,
  },
  "POST /api/auth/sign-in/invitation": {
    ...answersWith(signedInSchema, "Accepts an invitation and signs in"),
    body: acceptInvitationSchema,
  },
  "POST /api/auth/sign-in/email": { ...answersWith(anything, "Signs in by email and password"), body: email },
  "POST /api/auth/sign-in/oidc": answersWith(redirect, "Where to sign in by the identity provider"),
  "GET /api/auth/callback/oidc": answersWith(anything, "Takes what the identity provider sends back"),
  "POST /api/auth/link/oidc": answersWith(redirect, "Where to add the identity provider as a way in"),
  "POST /api/auth/sign-out": { ...answersWith(anything, "Ends this sign-in and what it has open"), body: anything },
  "GET /api/auth/passkey/generate-authenticate-options": answersWith(anything, "A challenge to sign in by passkey"),
  "POST /api/auth/passkey/verify-authentication": {
    ...answersWith(anything, "Signs in by passkey"),
    body: anything,
  },
  "GET /api/auth/passkey/generate-register-options": answersWith(anything, "A challenge to add a passkey"),
  "POST /api/auth/passkey/verify-registration": { ...answersWith(anything, "Adds a passkey"), body: anything },
};
