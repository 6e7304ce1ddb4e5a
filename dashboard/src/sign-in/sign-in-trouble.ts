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
    remedy: "Check them for typing errors, or use a sign-in link.",
  };
}
