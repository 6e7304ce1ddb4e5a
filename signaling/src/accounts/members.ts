/**
 * Who acts for an account and in which role. Invariant: an account always has an owner; a removed member stays as a row
 * without rights, so that the audit log keeps its name.
 */
import { TunnelError } from "@culvert/protocol";
import { type Role, roleSchema } from "@culvert/protocol/signaling";
import { type Actor, appendAudit } from "../audit/audit.ts";
import { lockAccount, type MembersTable, type Queries, type Store } from "../store/index.ts";

/** A member as it stands in the store. */
export interface MemberRow {
  readonly memberId: string;
  readonly accountId: string;
  readonly role: Role;
  readonly name: string;
  readonly email: string;
  readonly joinedAt: number;
  /** True for one who is kept for the audit log alone. */
  readonly isRemoved: boolean;
}

export class Members {
  readonly #store: Store;
  readonly #nowMs: () => number;

  constructor(store: Store, nowMs: () => number) {
    this.#store = store;
    this.#nowMs = nowMs;
  }

  /** The clock of joining and leaving. */
  nowMs(): number {
    return this.#nowMs();
  }

  /** The member of that id; undefined for one who was removed or never was. */
  async find(memberId: string): Promise<MemberRow | undefined> {
    return found(this.#store.queries, memberId);
  }

  /** As `find`, inside a transaction. */
  findIn(transaction: Queries, memberId: string): Promise<MemberRow | undefined> {
    return found(transaction, memberId);
  }

  /** As `find`, also one who was removed: for what comes after a removal. */
  async findEver(memberId: string): Promise<MemberRow | undefined> {
    const query = this.#store.queries.selectFrom("members").selectAll().where("memberId", "=", memberId);
    const row = await query.executeTakeFirst();
    return row === undefined ? undefined : memberOf(row);
  }

  /** The account's member with that email. */
  async byEmail(email: string): Promise<MemberRow | undefined> {
    const row = await this.#store.queries
      .selectFrom("members")
      .selectAll()
      .where("email", "=", email.trim().toLowerCase())
      .where("removedAt", "is", null)
      .executeTakeFirst();
    return row === undefined ? undefined : memberOf(row);
  }

  /** All members of an account, in the order of joining. */
  async list(accountId: string): Promise<MemberRow[]> {
    const rows = await this.#store.queries
      .selectFrom("members")
      .selectAll()
      .where("accountId", "=", accountId)
      .where("removedAt", "is", null)
      .orderBy("joinedAt")
      .orderBy("memberId")
      .execute();
    return rows.map(memberOf);
  }

  /** The owner of this installation: of its oldest account's owners the first. */
  async firstOwner(): Promise<MemberRow | undefined> {
    const row = await this.#store.queries
      .selectFrom("members")
      .selectAll()
      .where("role", "=", "owner")
      .where("removedAt", "is", null)
      .orderBy("joinedAt")
      .orderBy("memberId")
      .executeTakeFirst();
    return row === undefined ? undefined : memberOf(row);
  }

  /** Adds a member; of the same id nothing changes. */
  async add(queries: Queries, member: Omit<MemberRow, "joinedAt" | "isRemoved">): Promise<void> {
    await queries
      .insertInto("members")
      .values({ ...member, joinedAt: this.#nowMs(), removedAt: null })
      .onConflict((conflict) => conflict.column("memberId").doNothing())
      .execute();
  }

  /** Keeps a member's own name and email as they are with the accounts library. */
  async rename(actor: Actor, memberId: string, { name, email }: { name: string; email: string }): Promise<void> {
    await this.#store.queries.transaction().execute(async (transaction) => {
      const details = { name, email };
      await appendAudit(transaction, {
        ...{ ...actor, action: "settings", subject: memberId, details, nowMs: this.#nowMs() },
      });
      await transaction.updateTable("members").set({ name, email }).where("memberId", "=", memberId).execute();
    });
  }

  /** Gives a member another role; throws `not-found`, or `policy` where no owner would be left. */
  async changeRole(actor: Actor, memberId: string, role: Role): Promise<MemberRow> {
    return this.#change(actor, memberId, async (transaction, member) => {
      if (member.role === "owner" && role !== "owner") await requireAnotherOwner(transaction, member);
      await transaction.updateTable("members").set({ role }).where("memberId", "=", memberId).execute();
      const details = { member: member.email, from: member.role, to: role };
      await appendAudit(transaction, {
        ...{ ...actor, action: "settings", subject: memberId, details, nowMs: this.#nowMs() },
      });
      return { ...member, role };
    });
  }

  /** Takes a member out of the account; throws `not-found`, or `policy` where no owner would be left. */
  async remove(actor: Actor, memberId: string): Promise<MemberRow> {
    return this.#change(actor, memberId, async (transaction, member) => {
      if (member.role === "owner") await requireAnotherOwner(transaction, member);
      const removedAt = this.#nowMs();
      await transaction.updateTable("members").set({ removedAt }).where("memberId", "=", memberId).execute();
      const details = { member: member.email, role: member.role };
      await appendAudit(transaction, { ...actor, action: "remove", subject: memberId, details, nowMs: removedAt });
      return member;
    });
  }

  async #change(
    actor: Actor,
    memberId: string,
    change: (transaction: Queries, member: MemberRow) => Promise<MemberRow>,
  ): Promise<MemberRow> {
    return this.#store.queries.transaction().execute(async (transaction) => {
      // Two owners who take each other's role away at once come one after the other, and the second is refused.
      await lockAccount(transaction, actor.accountId);
      const member = await found(transaction, memberId);
      if (member === undefined || member.accountId !== actor.accountId) throw noSuchMember();
      return change(transaction, member);
    });
  }
}

async function found(queries: Queries, memberId: string): Promise<MemberRow | undefined> {
  const row = await queries
    .selectFrom("members")
    .selectAll()
    .where("memberId", "=", memberId)
    .where("removedAt", "is", null)
    .executeTakeFirst();
  return row === undefined ? undefined : memberOf(row);
}

async function requireAnotherOwner(queries: Queries, { accountId, memberId, email }: MemberRow): Promise<void> {
  const other = await queries
    .selectFrom("members")
    .select("memberId")
    .where("accountId", "=", accountId)
    .where("role", "=", "owner")
    .where("removedAt", "is", null)
    .where("memberId", "!=", memberId)
    .executeTakeFirst();
  if (other !== undefined) return;
  throw new TunnelError("policy", `${email} is the last owner, and an account needs one.`, {
    hint: "Make another member an owner first.",
  });
}

function memberOf({ memberId, accountId, role, name, email, joinedAt, removedAt }: MembersTable): MemberRow {
  return { memberId, accountId, role: roleSchema.parse(role), name, email, joinedAt, isRemoved: removedAt !== null };
}

function noSuchMember(): TunnelError {
  return new TunnelError("not-found", "There is no such member in your account.", {
    hint: "They may have been removed: look at the list.",
  });
}
