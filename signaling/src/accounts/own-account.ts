/**
 * What a member changes about themselves: name, email, password, passkeys. Invariant: a way to sign in is added or
 * removed by a fresh sign-in alone, and the last one is never removed; each change is written down.
 */
import { TunnelError } from "@culvert/protocol";
import type { AccountMethods, Passkey, SetPassword, UpdateAccount } from "@culvert/protocol/signaling";
import { type Actor, appendAudit } from "../audit/audit.ts";
import { serverLimits } from "../limits.ts";
import type { Store } from "../store/index.ts";
import type { SignedIn } from "./accounts.ts";
import { inOurWords } from "./auth-faults.ts";
import type { Authentication } from "./authentication.ts";
import { providerId } from "./identity-provider.ts";
import type { Members } from "./members.ts";

/** What it stands on. */
export interface OwnAccountOptions {
  readonly store: Store;
  readonly authentication: Authentication;
  readonly members: Members;
  readonly nowMs: () => number;
}

/** The accounts library's row of a passkey, as far as it is told. */
interface PasskeyRow {
  readonly id: string;
  readonly name?: string | null;
  readonly createdAt?: Date | null;
  readonly backedUp: boolean;
}

export class OwnAccount {
  readonly #options: OwnAccountOptions;

  constructor(options: OwnAccountOptions) {
    this.#options = options;
  }

  /** The ways in that a member has. */
  async methods(memberId: string): Promise<AccountMethods> {
    const { internalAdapter } = await this.#context();
    const accounts = await internalAdapter.findAccounts(memberId);
    return {
      password: accounts.some(({ password }) => typeof password === "string"),
      passkeys: (await this.#passkeyRows(memberId)).length,
      oidc: accounts.some((account) => account.providerId === providerId),
    };
  }

  /** True where there is no way in but another one-time link. */
  async needsSetUp(memberId: string): Promise<boolean> {
    const { password, passkeys, oidc } = await this.methods(memberId);
    return !password && passkeys === 0 && !oidc;
  }

  /** Changes name and email; throws `already-used` where the email is somebody else's. */
  async update(caller: SignedIn, actor: Actor, { name, email: wanted }: UpdateAccount): Promise<void> {
    const { internalAdapter } = await this.#context();
    const email = wanted.toLowerCase();
    const isNewEmail = email !== caller.email.toLowerCase();
    if (isNewEmail) this.requireFresh(caller);
    if (isNewEmail && (await internalAdapter.findUserByEmail(email)) !== null) {
      throw new TunnelError("already-used", `${email} belongs to somebody who has signed up here.`, {
        hint: "Use another email.",
      });
    }
    // Nobody has shown that a new one is theirs, so no identity provider's word is taken for it.
    await internalAdapter.updateUser(caller.memberId, { name, ...(isNewEmail ? { email, emailVerified: false } : {}) });
    await this.#options.members.rename(actor, caller.memberId, { name, email });
  }

  /** Sets or changes the password; throws `invalid-request` where it is too short or the current one is wrong. */
  async setPassword(caller: SignedIn, actor: Actor, cookie: string, change: SetPassword): Promise<void> {
    const { api } = this.#options.authentication.plain;
    const { newPassword, currentPassword } = change;
    const headers = new Headers({ cookie });
    const has = (await this.methods(caller.memberId)).password;
    if (has && currentPassword === undefined) {
      throw new TunnelError("invalid-request", "The current password is needed to change it.", {
        hint: "Type it too.",
      });
    }
    if (!has) this.requireFresh(caller);
    await inOurWords(async () => {
      if (has) await api.changePassword({ body: { newPassword, currentPassword: currentPassword ?? "" }, headers });
      else await api.setPassword({ body: { newPassword }, headers });
    });
    await this.#note(actor, caller.memberId, { what: has ? "password changed" : "password set" });
  }

  /** A member's passkeys, oldest first. */
  async passkeys(memberId: string): Promise<Passkey[]> {
    const passkeys = (await this.#passkeyRows(memberId)).map((row): Passkey => {
      const createdAt = row.createdAt?.getTime() ?? 0;
      return { passkeyId: row.id, name: row.name ?? "Passkey", createdAt, synced: row.backedUp };
    });
    return passkeys.sort((left, right) => left.createdAt - right.createdAt);
  }

  /** Names a passkey; throws `not-found`. */
  async renamePasskey(actor: Actor, memberId: string, passkeyId: string, name: string): Promise<void> {
    const { adapter } = await this.#context();
    const where = ownPasskey(memberId, passkeyId);
    if ((await adapter.update({ model: "passkey", where, update: { name } })) === null) throw noSuchPasskey();
    await this.#note(actor, passkeyId, { what: "passkey named", name });
  }

  /** Removes a passkey; throws `not-found`, or `policy` where nothing would be left to sign in with. */
  async removePasskey(caller: SignedIn, actor: Actor, passkeyId: string): Promise<void> {
    const { memberId } = caller;
    const found = (await this.#passkeyRows(memberId)).find(({ id }) => id === passkeyId);
    if (found === undefined) throw noSuchPasskey();
    this.requireFresh(caller);
    const { password, passkeys, oidc } = await this.methods(memberId);
    if (passkeys === 1 && !password && !oidc) {
      throw new TunnelError("policy", "This passkey is your only way to sign in.", {
        hint: "Set a password or add another passkey first.",
      });
    }
    const { adapter } = await this.#context();
    await adapter.delete({ model: "passkey", where: ownPasskey(memberId, passkeyId) });
    await this.#note(actor, passkeyId, { what: "passkey removed", name: found.name ?? "" });
  }

  /** Writes down that a passkey was added. */
  async notePasskey(actor: Actor, memberId: string): Promise<void> {
    await this.#note(actor, memberId, { what: "passkey added" });
  }

  /** Throws `forbidden` where a sign-in is too old to change how its member signs in. */
  requireFresh({ signedInAt }: SignedIn): void {
    if (this.#options.nowMs() - signedInAt < serverLimits.freshSignInMs) return;
    throw new TunnelError("forbidden", "This sign-in is more than a day old, too old to change how you sign in.", {
      hint: "Sign out, sign in again, and try once more.",
    });
  }

  #context() {
    return this.#options.authentication.plain.$context;
  }

  async #passkeyRows(memberId: string): Promise<PasskeyRow[]> {
    const { adapter } = await this.#context();
    return adapter.findMany<PasskeyRow>({ model: "passkey", where: [{ field: "userId", value: memberId }] });
  }

  async #note(actor: Actor, subject: string, details: Record<string, string>): Promise<void> {
    const nowMs = this.#options.nowMs();
    await this.#options.store.queries
      .transaction()
      .execute((transaction) => appendAudit(transaction, { ...actor, action: "settings", subject, details, nowMs }));
  }
}

function ownPasskey(memberId: string, passkeyId: string) {
  return [
    { field: "id", value: passkeyId },
    { field: "userId", value: memberId },
  ];
}

function noSuchPasskey(): TunnelError {
  return new TunnelError("not-found", "There is no such passkey of yours.", { hint: "It may be removed already." });
}
