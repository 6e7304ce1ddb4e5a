/**
 * Who may call what: the one table of every route and WebSocket. Invariant: a route that is not here cannot be added,
 * so nothing is open because somebody forgot to close it.
 */
import type { Role } from "@culvert/protocol/signaling";

/**
 * `anyone`: no sign-in is looked at. `proof`: what calls proves itself by something else than a sign-in: a code, a
 * ticket or a key. Roles: members with one of them, by a request of the dashboard's own origin.
 */
export type Access = "anyone" | "proof" | readonly Role[];

const everyMember: Access = ["owner", "operator", "auditor"];
const openers: Access = ["owner", "operator"];
const readers: Access = ["owner", "auditor"];
const owners: Access = ["owner"];

/** By method and pattern of the route; sockets as `WS` and path. */
export const access: Readonly<Record<string, Access>> = {
  // The dashboard's files; health.
  "GET /": "anyone",
  "GET /*": "anyone",
  "GET /assets/*": "anyone",
  "GET /healthz": "anyone",
  "GET /readyz": "anyone",
  "GET /tls-ask": "anyone",
  "GET /api/openapi.json": "anyone",
  "GET /api/docs": "anyone",
  "GET /api/docs/": "anyone",
  "GET /api/docs/json": "anyone",
  "GET /api/docs/*": "anyone",
  "GET /api/docs/static/*": "anyone",
  "GET /api/docs/static/swagger-initializer.js": "anyone",
  "GET /api/diagnostics/leaks": readers,

  // Signing in and out.
  "GET /api/sign-in-methods": "anyone",
  "POST /api/auth/sign-in/code": "proof",
  "POST /api/auth/sign-in/invitation": "proof",
  "POST /api/auth/sign-in/email": "proof",
  "POST /api/auth/sign-in/oidc": "anyone",
  "GET /api/auth/callback/oidc": "proof",
  "GET /api/auth/passkey/generate-authenticate-options": "anyone",
  "POST /api/auth/passkey/verify-authentication": "proof",
  "POST /api/auth/sign-out": "anyone",
  "POST /api/invitations/look": "proof",
  "GET /api/auth/challenge": "anyone",
  "POST /api/auth/proofs": "proof",

  // One's own account.
  "GET /api/account": everyMember,
  "PATCH /api/account": everyMember,
  "GET /api/account/methods": everyMember,
  "POST /api/account/password": everyMember,
  "GET /api/account/passkeys": everyMember,
  "PATCH /api/account/passkeys/:passkeyId": everyMember,
  "DELETE /api/account/passkeys/:passkeyId": everyMember,
  "GET /api/auth/passkey/generate-register-options": everyMember,
  "POST /api/auth/passkey/verify-registration": everyMember,
  "POST /api/auth/link/oidc": everyMember,
  "GET /api/sign-ins": everyMember,
  "DELETE /api/sign-ins": everyMember,
  "DELETE /api/sign-ins/:signInId": everyMember,

  // Members and what they did.
  "GET /api/members": readers,
  "PATCH /api/members/:memberId": owners,
  "DELETE /api/members/:memberId": owners,
  "GET /api/invitations": readers,
  "POST /api/invitations": owners,
  "DELETE /api/invitations/:invitationId": owners,
  "GET /api/audit": readers,
  "GET /api/audit/export": readers,
  "GET /api/audit/verification": readers,

  // How the account does.
  "GET /api/overview": readers,

  // Servers.
  "POST /api/enrollments": owners,
  "POST /api/enrollments/redeem": "proof",
  "POST /api/enrollments/requests": "proof",
  "POST /api/enrollments/requests/show": owners,
  "POST /api/enrollments/requests/approve": owners,
  "POST /api/enrollments/requests/claim": "proof",
  "POST /api/enrollments/rotate": "proof",
  "GET /api/servers": everyMember,
  "GET /api/servers/events": everyMember,
  "GET /api/servers/:serverId": everyMember,
  "PATCH /api/servers/:serverId": owners,
  "DELETE /api/servers/:serverId": owners,

  // Remote sessions.
  "POST /api/servers/:serverId/sessions": openers,
  "GET /api/sessions": everyMember,
  "DELETE /api/sessions/:sessionId": openers,
  "POST /api/sessions/end": "proof",

  // Launch links and shares.
  "POST /api/servers/:serverId/launch": openers,
  "POST /api/launches/exchange": openers,
  "POST /api/servers/:serverId/shares": owners,
  "GET /api/servers/:serverId/shares": everyMember,
  "GET /api/shares": everyMember,
  "DELETE /api/shares/:shareId": owners,
  "POST /api/shares/:shareId/sessions": "proof",

  // Programs that act for a member.
  "GET /api/tokens": everyMember,
  "POST /api/tokens": everyMember,
  "DELETE /api/tokens/:tokenId": everyMember,

  "WS /api/signaling/agent": "proof",
  "WS /api/signaling/share": "proof",
  "WS /api/signaling/viewer": openers,
};

/** Who may call a route; undefined for one that the table does not have. HEAD is answered like GET. */
export function accessOf(method: string, pattern: string): Access | undefined {
  const key = `${method === "HEAD" ? "GET" : method} ${pattern}`;
  return Object.hasOwn(access, key) ? access[key] : undefined;
}

/** True where a member of that role may. */
export function mayCall(allowed: Access, role: Role): boolean {
  return typeof allowed === "string" || allowed.includes(role);
}
