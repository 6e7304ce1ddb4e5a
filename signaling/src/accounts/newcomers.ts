/** Who gets a sign-in: members, and by the identity provider those whom it may bring. */
import { TunnelError } from "@culvert/protocol";
import { appendAudit } from "../audit/audit.ts";
import { randomName } from "../keys/index.ts";
import type { Store } from "../store/index.ts";
import type { Authentication } from "./authentication.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import type { Members } from "./members.ts";
import type { SignInMethod } from "./sign-in-hooks.ts";

/** What it stands on. */
export interface NewcomersOptions {
  readonly store: Store;
  readonly members: Members;
  readonly users: Authentication;
  readonly provider: IdentityProvider | undefined;
}

/** Lets a user in who is a member, or becomes one here; throws `forbidden`. */
export async function admitMember(options: NewcomersOptions, userId: string, method: SignInMethod): Promise<void> {
  const { members, provider } = options;
  const known = await members.findEver(userId);
  if (known !== undefined && !known.isRemoved) return;
  const newcomers = provider?.newcomers ?? "refuse";
  if (known !== undefined || method !== "identity-provider" || newcomers === "refuse") throw notAMember();
  await join(options, userId, newcomers);
}

async function join(
  { store, members, users }: NewcomersOptions,
  userId: string,
  newcomers: "operator" | "auditor" | "own-account",
): Promise<void> {
  const { internalAdapter } = await users.plain.$context;
  const user = await internalAdapter.findUserById(userId);
  const owner = await members.firstOwner();
  if (user === null || owner === undefined) throw notAMember();
  const isOwn = newcomers === "own-account";
  const accountId = isOwn ? randomName() : owner.accountId;
  const role = isOwn ? "owner" : newcomers;
  const { name, email } = user;
  await store.queries.transaction().execute(async (transaction) => {
    await members.add(transaction, { memberId: userId, accountId, role, name, email });
    const actor = { accountId, memberId: userId, who: email, address: "" };
    const details = { role, by: "identity-provider" };
    await appendAudit(transaction, { ...actor, action: "join", subject: userId, details, nowMs: members.nowMs() });
  });
}

function notAMember(): TunnelError {
  return new TunnelError("forbidden", "You are not a member here.", { hint: "Ask an owner for an invitation." });
}
