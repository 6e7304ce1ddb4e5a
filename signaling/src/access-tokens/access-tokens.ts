/**
 * Tokens of programs that act for a member. Invariant: a token is 256 random bits kept as a hash alone, it can do what its
 * member may do now and no more, and it is no cookie: no browser sends it by itself.
 */
import type { IncomingHttpHeaders } from "node:http";
import { TunnelError } from "@culvert/protocol";
import type { AccessToken, AccessTokenSummary, CreateAccessToken } from "@culvert/protocol/signaling";
import type { SignedIn } from "../accounts/index.ts";
import { type Actor, appendAudit } from "../audit/index.ts";
import { hashOf, randomName, randomTicket } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import { type AccessTokensTable, lockAccount, type Store } from "../store/index.ts";

/** Begins every token, so that scanners of source code know one. */
const prefix = "culvert_";
/** `lastUsedAt` is written at most so often. */
const usedEveryMs = 60_000;

/** What tokens stand on. */
export interface AccessTokensOptions {
  readonly store: Store;
  /** Ends what a token opened. */
  readonly onRevoked: (actor: Required<Actor>, signInId: string) => Promise<void>;
  readonly nowMs: () => number;
}

export class AccessTokens {
  readonly #options: AccessTokensOptions;

  constructor(options: AccessTokensOptions) {
    this.#options = options;
  }

  /** A new token of a member; throws `limit-reached`, and `forbidden` where a token asks for another. */
  async create(actor: Required<Actor>, by: SignedIn, wish: CreateAccessToken): Promise<AccessToken> {
    if (isTokens(by.signInId)) {
      throw new TunnelError("forbidden", "A token makes no further tokens.", { hint: "Make it in the dashboard." });
    }
    const { accountId, memberId } = by;
    const nowMs = this.#options.nowMs();
    const token = prefix + randomTicket();
    const row: AccessTokensTable = {
      ...{ tokenId: randomName(), tokenHash: hashOf("access-token", token), memberId, accountId, label: wish.label },
      ...{ createdAt: nowMs, expiresAt: nowMs + wish.expiresInDays * 86_400_000, lastUsedAt: null, revokedAt: null },
    };
    await this.#options.store.queries.transaction().execute(async (transaction) => {
      await lockAccount(transaction, accountId);
      const { count } = await transaction
        .selectFrom("accessTokens")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("accountId", "=", accountId)
        .where("expiresAt", ">", nowMs)
        .where("revokedAt", "is", null)
        .executeTakeFirstOrThrow();
      if (Number(count) >= serverLimits.accessTokens) {
        throw new TunnelError("limit-reached", `This account has ${count} live tokens, the most it may have.`, {
          hint: "Revoke some of them.",
        });
      }
      await transaction.insertInto("accessTokens").values(row).execute();
      const details = { what: "access token made", label: wish.label };
      await appendAudit(transaction, { ...actor, action: "settings", subject: row.tokenId, details, nowMs });
    });
    return { ...summaryOf(row), token };
  }

  /** A member's own tokens, newest first. */
  async list(memberId: string): Promise<AccessTokenSummary[]> {
    const rows = await this.#options.store.queries
      .selectFrom("accessTokens")
      .selectAll()
      .where("memberId", "=", memberId)
      .orderBy("createdAt", "desc")
      .limit(serverLimits.accessTokens * 2)
      .execute();
    return rows.map(summaryOf);
  }

  /** Takes a token of a member back, with the sessions that it opened; throws `not-found`. Again is fine. */
  async revoke(actor: Required<Actor>, tokenId: string): Promise<void> {
    const { store, onRevoked } = this.#options;
    const nowMs = this.#options.nowMs();
    await store.queries.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom("accessTokens")
        .select(["revokedAt", "label"])
        .where("tokenId", "=", tokenId)
        .where("memberId", "=", actor.memberId)
        .executeTakeFirst();
      if (row === undefined) throw new TunnelError("not-found", "You have no such token.");
      if (row.revokedAt !== null) return;
      await transaction.updateTable("accessTokens").set({ revokedAt: nowMs }).where("tokenId", "=", tokenId).execute();
      const details = { what: "access token", label: row.label };
      await appendAudit(transaction, { ...actor, action: "revoke", subject: tokenId, details, nowMs });
    });
    await onRevoked(actor, signInIdOf(tokenId));
  }

  /** Whose token these headers carry; undefined for none, an unknown, revoked or expired one, or a removed member's. */
  async whoIs(headers: IncomingHttpHeaders): Promise<SignedIn | undefined> {
    const token = bearerOf(headers);
    if (token === undefined) return undefined;
    const { queries } = this.#options.store;
    const nowMs = this.#options.nowMs();
    const row = await queries
      .selectFrom("accessTokens")
      .innerJoin("members", "members.memberId", "accessTokens.memberId")
      .select(["accessTokens.tokenId", "accessTokens.createdAt", "accessTokens.lastUsedAt"])
      .select(["members.accountId", "members.memberId", "members.email", "members.name", "members.role"])
      .where("accessTokens.tokenHash", "=", hashOf("access-token", token))
      .where("accessTokens.expiresAt", ">", nowMs)
      .where("accessTokens.revokedAt", "is", null)
      .where("members.removedAt", "is", null)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { tokenId, accountId, memberId, email, name, createdAt, lastUsedAt } = row;
    if (nowMs - (lastUsedAt ?? 0) > usedEveryMs) {
      await queries.updateTable("accessTokens").set({ lastUsedAt: nowMs }).where("tokenId", "=", tokenId).execute();
    }
    const role = row.role as SignedIn["role"];
    return { accountId, memberId, email, name, role, signInId: signInIdOf(tokenId), signedInAt: createdAt };
  }
}

/** The token of `Authorization: Bearer …`; undefined for other credentials and none. */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  return token?.startsWith(prefix) && token.length <= 128 ? token : undefined;
}

function signInIdOf(tokenId: string): string {
  return `token:${tokenId}`;
}

function isTokens(signInId: string): boolean {
  return signInId.startsWith("token:");
}

function summaryOf(row: AccessTokensTable): AccessTokenSummary {
  const { tokenId, label, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  return { tokenId, label, createdAt, expiresAt, lastUsedAt, revokedAt };
}
