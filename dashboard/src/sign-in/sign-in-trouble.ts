/** Why a sign-in fails, in the words of who tries it. */
import { TunnelError } from "@culvert/protocol";
import { type Trouble, troubleFrom } from "../words/trouble.ts";

const newLink = "Run `npm start` again where Culvert runs and open the link that it prints then.";

/** Why a one-time link does not sign in. */
export function linkTrouble(thrown: unknown): Trouble {
  const fault = TunnelError.from(thrown);
  switch (fault.code) {
    case "expired":
      return {
        code: fault.code,
        headline: "This sign-in link has expired",
        what: "Links are good for a short time only, so that an old one in a log opens nothing.",
        remedy: newLink,
      };
    case "already-used":
      return {
        code: fault.code,
        headline: "This sign-in link was used before",
        what: "Each link signs in once. If it was not you, somebody else may be signed in.",
        remedy: newLink,
      };
    case "not-found":
    case "unauthenticated":
    case "forbidden":
    case "invalid-request":
      return {
        code: fault.code,
        headline: "This sign-in link is not valid",
        what: "It may be cut short, used before, or from another Culvert.",
        remedy: newLink,
      };
    default:
      return troubleFrom(fault);
  }
}

/** Why email and password do not sign in. */
export function passwordTrouble(thrown: unknown): Trouble {
  const fault = TunnelError.from(thrown);
  if (fault.code !== "unauthenticated") return troubleFrom(fault);
  return {
    code: fault.code,
    headline: "Email and password do not match",
    what: "No account here has both.",
    remedy: "Check them for typing errors, or sign in another way.",
  };
}

/** Why a passkey does not sign in. */
export function passkeyTrouble(thrown: unknown): Trouble {
  const fault = TunnelError.from(thrown);
  const { code, message, hint } = fault;
  if (code === "canceled") return { code, headline: "No passkey was used", what: message, remedy: hint };
  if (code === "not-found") return { code, headline: "This passkey is not known here", what: message, remedy: hint };
  return troubleFrom(fault);
}

/** By the words that the identity provider, or the server, puts into the address. */
const refusals: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  access_denied: ["You, or the identity provider, gave up.", "Try again, or choose another way."],
  signup_disabled: [
    "The identity provider knows you, but you are not a member here.",
    "Ask an owner for an invitation.",
  ],
  forbidden: ["The identity provider knows you, but you are not a member here.", "Ask an owner for an invitation."],
  account_not_linked: [
    "A member here has your email, but nobody has shown that it is theirs.",
    "Sign in another way, then link the identity provider under Account.",
  ],
  account_already_linked_to_different_user: [
    "That person of the identity provider is another member here.",
    "Sign in there as yourself, then try again.",
  ],
  unable_to_get_user_info: [
    "The identity provider did not say who you are, or its word could not be checked.",
    "Try again; if it stays, tell who runs this Culvert.",
  ],
  state_mismatch: ["It took longer than ten minutes, or was begun in another browser.", "Try again."],
};

/** Why the identity provider brought somebody back without a sign-in. */
export function providerTrouble(error: string): Trouble {
  const known = refusals[error.toLowerCase()];
  const [what, remedy] = known ?? ["The identity provider's answer could not be used.", "Try again."];
  return { code: "forbidden", headline: "You are not signed in", what, remedy };
}
