/**
 * Invitations to become a member: made by owners, used once. Invariant: the code is never stored, and of any number of
 * simultaneous uses exactly one makes a member (one UPDATE decides).
 */
import { TunnelError } from "@culvert/protocol";
import {
  type CreatedInvitation,
  type Invitation,
  type InvitationOffer,
  type Role,
  roleSchema,
} from "@culvert/protocol/signaling";
import { type Actor, appendAudit } from "../audit/audit.ts";
import { hashOf, randomName } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import { type InvitationsTable, lockAccount, type Queries, type Store } from "../store/index.ts";
import type { Members } from "./members.ts";

/** What invitations stand on. */
export interface InvitationsOptions {
  readonly store: Store;
  readonly members: Members;
  readonly dashboardOrigin: URL;
  readonly nowMs: () => number;
}

/** Who joins by an invitation. `memberId`: a new id, which the accounts library's user gets too. */
export interface Joining {
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  readonly address: string;
}

const hint = "Ask who invited you for a new link.";

export class Invitations {
  readonly #options: InvitationsOptions;

  constructor(options: InvitationsOptions) {
    this.#options = options;
  }

  /** Makes one. Throws `limit-reached` where too many are open. */
  async create(actor: Actor & { who: string }, role: Role, note: string): Promise<CreatedInvitation> {
    const { store, dashboardOrigin } = this.#options;
    const nowMs = this.#options.nowMs();
    const code = randomName();
    const row: InvitationsTable = {
      invitationId: randomName(),
      codeHash: hashOf("invitation", code),
      accountId: actor.accountId,
      role,
      note,
      invitedBy: actor.who,
      createdAt: nowMs,
      expiresAt: nowMs + serverLimits.invitationMs,
      usedAt: null,
      usedBy: null,
      revokedAt: null,
    };
    await store.queries.transaction().execute(async (transaction) => {
      await lockAccount(transaction, actor.accountId);
      const open = await openOnes(transaction, actor.accountId, nowMs);
      if (open.length >= serverLimits.openInvitations) throw tooMany();
      await transaction
        .deleteFrom("invitations")
        .where("accountId", "=", actor.accountId)
        .where("expiresAt", "<", nowMs - serverLimits.keptInvitationMs)
        .execute();
      await transaction.insertInto("invitations").values(row).execute();
      const details = { role, ...(note === "" ? {} : { note }) };
      await appendAudit(transaction, { ...actor, action: "invite", subject: row.invitationId, details, nowMs });
    });
    return { ...viewOf(row), url: `${dashboardOrigin.origin}/join#code=${code}` };
  }

  /** Those that can still be used, newest first. */
  async list(accountId: string): Promise<Invitation[]> {
    return (await openOnes(this.#options.store.queries, accountId, this.#options.nowMs())).map(viewOf);
  }

  /** Takes one back; throws `not-found`. Again, and after its use, nothing changes. */
  async revoke(actor: Actor, invitationId: string): Promise<void> {
    const nowMs = this.#options.nowMs();
    await this.#options.store.queries.transaction().execute(async (transaction) => {
      await lockAccount(transaction, actor.accountId);
      const row = await transaction
        .selectFrom("invitations")
        .selectAll()
        .where("invitationId", "=", invitationId)
        .where("accountId", "=", actor.accountId)
        .executeTakeFirst();
      if (row === undefined) throw new TunnelError("not-found", "There is no such invitation in your account.");
      if (row.revokedAt !== null || row.usedAt !== null) return;
      const query = transaction.updateTable("invitations").set({ revokedAt: nowMs });
      await query.where("invitationId", "=", invitationId).execute();
      const details = { role: row.role, what: "invitation" };
      await appendAudit(transaction, { ...actor, action: "revoke", subject: invitationId, details, nowMs });
    });
  }

  /** What a code offers; throws `not-found`, `already-used`, `revoked` or `expired`. */
  async look(code: string): Promise<InvitationOffer> {
    const row = await byCode(this.#options.store.queries, code);
    const fault = faultOf(row, this.#options.nowMs());
    if (row === undefined || fault !== undefined) throw fault ?? unknownCode();
    return { role: roleSchema.parse(row.role), invitedBy: row.invitedBy, expiresAt: row.expiresAt };
  }

  /** Uses a code up and makes the member; throws as `look`. A refused second use is written down. */
  async accept(code: string, joining: Joining): Promise<void> {
    const { store, members } = this.#options;
    const nowMs = this.#options.nowMs();
    const { memberId, name, email, address } = joining;
    await store.queries.transaction().execute(async (transaction) => {
      const used = await transaction
        .updateTable("invitations")
        .set({ usedAt: nowMs, usedBy: memberId })
        .where("codeHash", "=", codeHashOf(code))
        .where("usedAt", "is", null)
        .where("revokedAt", "is", null)
        .where("expiresAt", ">", nowMs)
        .returningAll()
        .executeTakeFirst();
      if (used === undefined) return;
      const { accountId, invitationId } = used;
      const role = roleSchema.parse(used.role);
      await members.add(transaction, { memberId, accountId, role, name, email });
      const actor = { accountId, memberId, who: email, address };
      const details = { role, invitedBy: used.invitedBy };
      await appendAudit(transaction, { ...actor, action: "join", subject: invitationId, details, nowMs });
    });
    if ((await members.find(memberId)) === undefined) throw await this.#refusal(code, email, address);
  }

  /** Gives a code back whose use came to nothing. */
  async release(memberId: string): Promise<void> {
    await this.#options.store.queries.transaction().execute(async (transaction) => {
      await transaction.deleteFrom("members").where("memberId", "=", memberId).execute();
      const query = transaction.updateTable("invitations").set({ usedAt: null, usedBy: null });
      await query.where("usedBy", "=", memberId).execute();
    });
  }

  async #refusal(code: string, email: string, address: string): Promise<TunnelError> {
    const { store } = this.#options;
    const nowMs = this.#options.nowMs();
    const row = await byCode(store.queries, code);
    const fault = faultOf(row, nowMs) ?? unknownCode();
    if (row === undefined) return fault;
    const details = { code: fault.code, what: "invitation" };
    const event = { accountId: row.accountId, who: email, address, subject: row.invitationId, details, nowMs };
    await store.queries.transaction().execute((transaction) => appendAudit(transaction, { ...event, action: "deny" }));
    return fault;
  }
}

function openOnes(queries: Queries, accountId: string, nowMs: number): Promise<InvitationsTable[]> {
  return queries
    .selectFrom("invitations")
    .selectAll()
    .where("accountId", "=", accountId)
    .where("usedAt", "is", null)
    .where("revokedAt", "is", null)
    .where("expiresAt", ">", nowMs)
    .orderBy("createdAt", "desc")
    .execute();
}

function byCode(queries: Queries, code: string): Promise<InvitationsTable | undefined> {
  return queries.selectFrom("invitations").selectAll().where("codeHash", "=", codeHashOf(code)).executeTakeFirst();
}

function codeHashOf(code: string): string {
  return hashOf("invitation", code.trim().toLowerCase());
}

function faultOf(row: InvitationsTable | undefined, nowMs: number): TunnelError | undefined {
  if (row === undefined) return unknownCode();
  if (row.revokedAt !== null) return new TunnelError("revoked", "This invitation was taken back.", { hint });
  if (row.usedAt !== null)
    return new TunnelError("already-used", "This invitation was used before. Each works once.", { hint });
  if (row.expiresAt <= nowMs) return new TunnelError("expired", "This invitation has expired.", { hint });
  return undefined;
}

function unknownCode(): TunnelError {
  return new TunnelError("not-found", "This invitation is not known here.", { hint });
}

function tooMany(): TunnelError {
  const count = serverLimits.openInvitations;
  return new TunnelError("limit-reached", `Your account has ${count} open invitations, the most it may have.`, {
    hint: "Take some back under Members.",
  });
}

function viewOf(row: InvitationsTable): Invitation {
  const { invitationId, role, note, invitedBy, createdAt, expiresAt } = row;
  return { invitationId, role: roleSchema.parse(role), note, invitedBy, createdAt, expiresAt };
}
