/** Holds every route to the table in access.ts: when it is added, and at each request before anything else. */
import { TunnelError } from "@culvert/protocol";
import type { Role } from "@culvert/protocol/signaling";
import type { FastifyRequest } from "fastify";
import type { Api } from "../api/typed-api.ts";
import { type Access, accessOf, mayCall } from "./access.ts";
import type { Accounts, SignedIn } from "./accounts.ts";
import { notSignedIn } from "./not-signed-in.ts";
import { type RequestOrigin, requireSameOrigin } from "./same-origin.ts";

/** A request that a role forbids. `action`: the route, as `DELETE /api/servers/:serverId`. */
export interface RoleRefusal {
  readonly member: SignedIn;
  readonly action: string;
  readonly address: string;
}

/** What the guard stands on. */
export interface AccessGuardOptions {
  readonly accounts: Accounts;
  /** Told of each refusal, for the audit log. */
  readonly onRefused: (refusal: RoleRefusal) => Promise<void>;
}

/** Who made a request, once the guard has let it through: asked once. */
const callers = new WeakMap<object, SignedIn>();

/** Guards all routes that are added from now on; adding one that the table lacks throws. */
export function guardRoutes(api: Api, { accounts, onRefused }: AccessGuardOptions): void {
  api.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) {
      if (accessOf(one, url) !== undefined) continue;
      throw new Error(`The route "${one} ${url}" has no entry in accounts/access.ts: say who may call it.`);
    }
  });
  // After every onRequest hook: who tries too often is told so first, and planted cookies are healed also where it refuses.
  api.addHook("preParsing", async (request: FastifyRequest) => {
    const { url } = request.routeOptions;
    // Nothing is there; the answer to that says nothing.
    if (url === undefined) return;
    const allowed = accessOf(request.method, url) ?? [];
    if (typeof allowed === "string") return;
    const member = await requireAccount(accounts, request);
    if (mayCall(allowed, member.role)) return;
    await onRefused({ member, action: `${request.method} ${url}`, address: request.ip });
    throw notForRole(member.role, allowed);
  });
}

/** Whose request it is; throws `unauthenticated` or `forbidden`. */
export async function requireAccount(accounts: Accounts, request: RequestOrigin): Promise<SignedIn> {
  const known = callers.get(request);
  if (known !== undefined) return known;
  // No page's script can make a browser add a token by itself, and beside one no cookie counts.
  if (request.headers.authorization === undefined) requireSameOrigin(request);
  const account = await accounts.whoIs(request.headers);
  if (account === undefined) throw notSignedIn();
  callers.set(request, account);
  return account;
}

/** The fault of a member whose role does not allow it. */
export function notForRole(role: Role, allowed: Access): TunnelError {
  const needed = typeof allowed === "string" ? "" : allowed.map(roleWords).join(" or ");
  return new TunnelError("forbidden", `You are ${roleWords(role)} here; this takes ${needed}.`, {
    hint: "Ask an owner of this account to do it, or to give you another role.",
  });
}

function roleWords(role: Role): string {
  return `an ${role}`;
}
