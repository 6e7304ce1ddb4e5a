/** The fault of a request without a good session. */
import { TunnelError } from "@culvert/protocol";

/** Whether the cookie is missing, old or unproven is not told apart: it tells a thief nothing. */
export function notSignedIn(): TunnelError {
  return new TunnelError("unauthenticated", "You are not signed in here, or your sign-in is over.");
}
