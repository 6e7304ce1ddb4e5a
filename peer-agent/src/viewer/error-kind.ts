/** What kind of fault a caller has met: few enough kinds to branch on, from every code that there is. */
import { type Code, TunnelError } from "@culvert/protocol";

/**
 * - `network`: the server or the way to it is gone; the same call may work later
 * - `auth`: this viewer may not, or may no more
 * - `timeout`: no answer in time
 * - `unsupported`: the other side cannot do this
 * - `not-found`: no such thing at the control plane (a 404 of the app is an answer)
 * - `refused`: nothing answers at the service's target
 * - `policy`: a rule of the server or a limit forbids it
 * - `canceled`: the caller gave up
 * - `fault`: a mistake in the call, of the peer or of ours
 */
export type ErrorKind =
  | "network"
  | "auth"
  | "timeout"
  | "unsupported"
  | "not-found"
  | "refused"
  | "policy"
  | "canceled"
  | "fault";

const kinds = {
  internal: "fault",
  "protocol-error": "fault",
  "version-unsupported": "unsupported",
  unauthenticated: "auth",
  forbidden: "auth",
  "not-found": "not-found",
  expired: "auth",
  "already-used": "auth",
  "wrong-server": "auth",
  "wrong-device": "auth",
  offline: "network",
  "not-ready": "refused",
  policy: "policy",
  "limit-reached": "policy",
  "no-direct-path": "network",
  "target-unreachable": "refused",
  "target-timeout": "timeout",
  "target-aborted": "network",
  canceled: "canceled",
  closed: "network",
  "peer-restarted": "network",
  "path-failed": "network",
  timeout: "timeout",
  unsupported: "unsupported",
  network: "network",
  "invalid-request": "fault",
  revoked: "auth",
  "budget-exhausted": "policy",
  superseded: "network",
  "rate-limited": "policy",
  "approval-needed": "auth",
  "key-changed": "auth",
  "pin-needed": "auth",
  unavailable: "network",
} as const satisfies Record<Code, ErrorKind>;

/** The kind of anything that a call of this package rejected with: a TunnelError, or an AbortSignal's reason. */
export function errorKind(thrown: unknown): ErrorKind {
  if (thrown instanceof TunnelError) return kinds[thrown.code];
  if (thrown instanceof Error && thrown.name === "AbortError") return "canceled";
  if (thrown instanceof Error && thrown.name === "TimeoutError") return "timeout";
  return "fault";
}
