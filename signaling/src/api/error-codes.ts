/**
 * The codes that each route fails with beside those that any route may, as the API's description names them. Invariant:
 * a failure whose code is not here is logged as a fault of ours, and no test of the server passes with one.
 */
import type { Code } from "@culvert/protocol";

/** What any route may fail with, whatever it does. `forbidden`: a request that another origin caused, or a role. */
export const commonErrorCodes = [
  "invalid-request",
  "unauthenticated",
  "forbidden",
  "rate-limited",
  "internal",
  "unavailable",
] as const satisfies readonly Code[];

/** How a code that is shown to somebody once may fail: wrong, spent, over. */
const ofCodes = ["not-found", "already-used", "expired"] as const;
/** Why a server cannot be opened. */
const ofOpening = ["not-found", "offline", "not-ready", "version-unsupported", "unsupported", "limit-reached"] as const;

/** By method and pattern, as in accounts/access.ts. */
export const errorCodes: Readonly<Record<string, readonly Code[]>> = {
  "GET /tls-ask": ["not-found"],

  "POST /api/auth/sign-in/code": ofCodes,
  "POST /api/auth/sign-in/invitation": [...ofCodes, "revoked"],
  "POST /api/auth/sign-in/email": ["not-found"],
  "POST /api/auth/sign-in/oidc": ["not-found", "network"],
  "GET /api/auth/callback/oidc": ["not-found", "network", "expired"],
  "POST /api/auth/link/oidc": ["not-found", "network"],
  "POST /api/auth/passkey/verify-authentication": ["not-found"],
  "POST /api/auth/passkey/verify-registration": ["already-used", "limit-reached"],
  "POST /api/invitations/look": [...ofCodes, "revoked"],
  "GET /api/auth/challenge": ["not-found"],
  "POST /api/auth/proofs": ["not-found", "expired"],

  "PATCH /api/account": ["already-used"],
  "POST /api/account/password": ["policy"],
  "PATCH /api/account/passkeys/:passkeyId": ["not-found"],
  "DELETE /api/account/passkeys/:passkeyId": ["not-found", "policy"],
  "DELETE /api/sign-ins/:signInId": ["not-found"],
  "POST /api/tokens": ["limit-reached"],
  "DELETE /api/tokens/:tokenId": ["not-found"],

  "PATCH /api/members/:memberId": ["not-found", "policy"],
  "DELETE /api/members/:memberId": ["not-found", "policy"],
  "POST /api/invitations": ["limit-reached", "already-used"],
  "DELETE /api/invitations/:invitationId": ["not-found"],
  "GET /api/audit/verification": ["not-found"],

  "POST /api/enrollments/redeem": [...ofCodes, "limit-reached"],
  "POST /api/enrollments/requests": ["limit-reached"],
  "POST /api/enrollments/requests/show": ofCodes,
  "POST /api/enrollments/requests/approve": [...ofCodes, "limit-reached"],
  "POST /api/enrollments/requests/claim": [...ofCodes, "approval-needed", "not-ready"],
  "POST /api/enrollments/rotate": ["not-found", "already-used"],
  "GET /api/servers/events": ["limit-reached"],
  "GET /api/servers/:serverId": ["not-found"],
  "PATCH /api/servers/:serverId": ["not-found"],
  "DELETE /api/servers/:serverId": ["not-found"],

  "POST /api/servers/:serverId/sessions": ofOpening,
  "DELETE /api/sessions/:sessionId": ["not-found"],
  "POST /api/servers/:serverId/launch": ["not-found", "limit-reached"],
  "POST /api/launches/exchange": ofCodes,
  "POST /api/servers/:serverId/shares": ["not-found", "limit-reached"],
  "GET /api/servers/:serverId/shares": ["not-found"],
  "DELETE /api/shares/:shareId": ["not-found"],
  "POST /api/shares/:shareId/sessions": [...ofOpening, "expired", "revoked", "already-used"],
};

/** Codes that a route may answer a failure with. HEAD fails like GET. */
export function errorCodesOf(method: string, pattern: string): readonly Code[] {
  const key = `${method === "HEAD" ? "GET" : method} ${pattern}`;
  const own = Object.hasOwn(errorCodes, key) ? (errorCodes[key] ?? []) : [];
  return [...new Set([...commonErrorCodes, ...own])];
}
