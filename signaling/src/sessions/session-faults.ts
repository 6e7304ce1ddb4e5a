/** Why a session opens nothing, in words. */
import { TunnelError } from "@culvert/protocol";

/** A ticket that belongs to no session of this account. */
export function badTicket(): TunnelError {
  return new TunnelError("unauthenticated", "This signaling ticket opens no session of your account.", {
    origin: "remote",
    hint: "Open it from the list again.",
  });
}

/** A session taken back. */
export function sessionRevoked(): TunnelError {
  return new TunnelError("revoked", "This remote session was taken back.", { hint: "Open it from the list again." });
}

/** A session past its end. */
export function sessionOver(): TunnelError {
  return new TunnelError("expired", "This remote session is over.", { hint: "Open it from the list again." });
}

/** A session id that is none of this account's. */
export function noSuchSession(): TunnelError {
  return new TunnelError("not-found", "There is no such remote session in your account.");
}

/** A session that another member opened, for who may end their own alone. */
export function somebodyElses(): TunnelError {
  return new TunnelError("forbidden", "Another member opened this remote session.", {
    hint: "Ask them or an owner of this account to end it.",
  });
}
