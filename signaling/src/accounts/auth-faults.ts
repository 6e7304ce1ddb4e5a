/** better-auth's faults in our shape and words. What it says of its inside is never passed on. */
import { type Code, TunnelError } from "@culvert/protocol";
import { codeOfStatus } from "../api/failure.ts";

interface Words {
  readonly code: Code;
  readonly message: string;
  readonly hint: string;
}

const tryAgain = "Try once more.";

/** By better-auth's own codes. */
const faults: Readonly<Record<string, Words>> = {
  INVALID_EMAIL_OR_PASSWORD: {
    code: "unauthenticated",
    message: "Email and password do not match.",
    hint: "Check them for typing errors, or sign in another way.",
  },
  INVALID_PASSWORD: {
    code: "invalid-request",
    message: "The current password is not right.",
    hint: "Type it again.",
  },
  PASSWORD_TOO_SHORT: {
    code: "invalid-request",
    message: "A password needs 12 characters or more.",
    hint: "A few words in a row are easy to remember.",
  },
  PASSWORD_TOO_LONG: {
    code: "invalid-request",
    message: "A password has 128 characters at most.",
    hint: "Choose a shorter one.",
  },
  SESSION_NOT_FRESH: {
    code: "forbidden",
    message: "This sign-in is more than a day old, too old to change how you sign in.",
    hint: "Sign out, sign in again, and try once more.",
  },
  CHALLENGE_NOT_FOUND: {
    code: "expired",
    message: "The passkey took longer than 5 minutes, or was asked for in another tab.",
    hint: tryAgain,
  },
  PASSKEY_NOT_FOUND: {
    code: "not-found",
    message: "This passkey belongs to nobody here. It may have been removed.",
    hint: "Choose another passkey, or sign in another way.",
  },
  PREVIOUSLY_REGISTERED: { code: "already-used", message: "This passkey is already yours.", hint: "" },
  AUTHENTICATION_FAILED: { code: "unauthenticated", message: "The passkey could not be checked.", hint: tryAgain },
  FAILED_TO_VERIFY_REGISTRATION: {
    code: "invalid-request",
    message: "The new passkey could not be checked.",
    hint: tryAgain,
  },
  USER_NOT_VERIFIED: {
    code: "unauthenticated",
    message: "The passkey did not check that it is you.",
    hint: "Set up a PIN, a fingerprint or your face for it.",
  },
  YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY: {
    code: "forbidden",
    message: "Somebody else has signed in here since this passkey was asked for.",
    hint: "Reload the page and try again.",
  },
};

/** The fault for an answer of better-auth; `retryAfterSeconds`: where it says when to come back. */
export function faultOfAnswer(status: number, body: unknown, retryAfterSeconds: number | undefined): TunnelError {
  const known = faults[textOf(body, "code") ?? ""];
  if (known !== undefined) return new TunnelError(known.code, known.message, { hint: known.hint });
  if (status === 429) {
    const wait = retryAfterSeconds === undefined ? "a minute" : `${retryAfterSeconds} s`;
    return new TunnelError("rate-limited", "There were too many tries from your address.", {
      hint: `Wait ${wait} and try again.`,
    });
  }
  return new TunnelError(codeOfStatus(status), "Signing in or out failed.");
}

/** Runs a call of better-auth's API; what it throws becomes our fault. */
export async function inOurWords(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (thrown) {
    if (typeof thrown !== "object" || thrown === null || !("statusCode" in thrown) || !("body" in thrown)) throw thrown;
    throw faultOfAnswer(Number(thrown.statusCode), thrown.body, undefined);
  }
}

/** A text member of a parsed body. */
export function textOf(body: unknown, name: string): string | undefined {
  const value = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === "string" ? value : undefined;
}
