/**
 * Decides before the upgrade who may have a WebSocket. Invariant: a browser reaches the viewer's door from the exact
 * dashboard origin with a session cookie (and a proof of its key where one is asked for), and never the agent's; a refusal is an HTTP answer, no socket was opened.
 */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { TunnelError } from "@culvert/protocol";
import { proofHeader, socketProofPrefix } from "@culvert/protocol/signaling";
import { type Accounts, accessOf, mayCall, notForRole, notSignedIn, type SignedIn } from "../accounts/index.ts";
import type { HostNames } from "../hosting/index.ts";

/** What may be opened. A viewer of a share has no account: its ticket must be of a share's session. */
export type Admission = { readonly kind: "agent" } | { readonly kind: "viewer"; readonly viewer: SignedIn | undefined };

/** What the gate stands on. */
export interface UpgradeGateOptions {
  readonly accounts: Accounts;
  readonly hostNames: HostNames;
  readonly dashboardOrigin: URL;
}

/** Where agents, viewers, and viewers of shares connect. */
export const socketPaths = {
  agent: "/api/signaling/agent",
  viewer: "/api/signaling/viewer",
  share: "/api/signaling/share",
} as const;

/** The headers with the proof that a browser shows as a subprotocol, since it can add no header to a WebSocket. */
function withProof(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((protocol) => protocol.trim());
  const shown = offered.find((protocol) => protocol.startsWith(socketProofPrefix));
  return shown === undefined ? headers : { ...headers, [proofHeader]: shown.slice(socketProofPrefix.length) };
}

/** Who the upgrade is for; throws the fault to answer with. */
export async function admitUpgrade(request: IncomingMessage, options: UpgradeGateOptions): Promise<Admission> {
  const { accounts, hostNames, dashboardOrigin } = options;
  const site = hostNames.siteOf(request.headers.host).kind;
  const { origin } = request.headers;
  if (request.url === socketPaths.agent && (site === "dashboard" || site === "loopback")) {
    if (origin === undefined) return { kind: "agent" };
    throw new TunnelError("forbidden", "Agents connect here, browsers do not.");
  }
  if ((request.url === socketPaths.viewer || request.url === socketPaths.share) && site === "dashboard") {
    // A program shows a token and has no origin; a page has an origin and cannot add a token.
    const isProgram = origin === undefined && request.headers.authorization !== undefined;
    if (origin !== dashboardOrigin.origin && !isProgram) {
      throw new TunnelError("forbidden", "Viewers connect from the dashboard's own pages alone.");
    }
    // No cookie counts there: nothing is done in anybody's name.
    if (request.url === socketPaths.share) return { kind: "viewer", viewer: undefined };
    const viewer = await accounts.whoIs(withProof(request.headers));
    if (viewer === undefined) throw notSignedIn();
    const allowed = accessOf("WS", socketPaths.viewer) ?? [];
    if (!mayCall(allowed, viewer.role)) throw notForRole(viewer.role, allowed);
    return { kind: "viewer", viewer };
  }
  throw new TunnelError("not-found", "There is no WebSocket at this address.");
}
