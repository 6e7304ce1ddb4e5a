/**
 * Shares as the control plane keeps them: whom to join with which agent, and until when. Invariant: what opens the agent
 * (the share's proof and PIN) never comes here; scope, uses and PIN tries are counted by the agent alone.
 */
import { TunnelError } from "@culvert/protocol";
import type { RegisterShare, ServerId, ServiceView, ShareId, ShareSummary } from "@culvert/protocol/signaling";
import { appendAudit } from "../audit/index.ts";
import { sha256 } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import type { Actor, ServerDirectory } from "../servers/index.ts";
import { lockAccount, type SharesTable, type Store } from "../store/index.ts";

/** What shares stand on. */
export interface SharesOptions {
  readonly store: Store;
  readonly directory: ServerDirectory;
  /** Takes the live sessions of a share back. */
  readonly revokeSessions: (actor: Actor, shareId: ShareId) => Promise<void>;
  readonly nowMs: () => number;
}

export class Shares {
  readonly #options: SharesOptions;

  constructor(options: SharesOptions) {
    this.#options = options;
  }

  /** Takes a share that the agent has taken before. Throws `not-found`, `expired`, `already-used` or `limit-reached`. */
  async register(actor: Actor, serverId: ServerId, request: RegisterShare): Promise<ShareSummary> {
    const { store, directory } = this.#options;
    const { accountId } = actor;
    const nowMs = this.#options.nowMs();
    const { view } = await directory.find(accountId, serverId);
    const service = serviceOf(view.services, request.serviceName, view.label);
    if (request.expiresAt <= nowMs) throw new TunnelError("expired", "The share would be over already.");
    if (request.expiresAt > nowMs + serverLimits.shareMs) {
      throw new TunnelError("invalid-request", `A share lasts ${serverLimits.shareMs / 86_400_000} days at most.`);
    }
    const { shareId, label, ticketHash, expiresAt } = request;
    const { serviceId, serviceName } = service;
    const row = {
      ...{ shareId, accountId, serverId, serviceId, serviceName, label, ticketHash },
      ...{ createdAt: nowMs, expiresAt, revokedAt: null },
    };
    await store.queries.transaction().execute(async (transaction) => {
      await lockAccount(transaction, accountId);
      const { count } = await transaction
        .selectFrom("shares")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("accountId", "=", accountId)
        .where("expiresAt", ">", nowMs)
        .where("revokedAt", "is", null)
        .executeTakeFirstOrThrow();
      if (Number(count) >= serverLimits.liveShares) {
        throw new TunnelError("limit-reached", `This account has ${count} live shares, the most it may have.`, {
          hint: "Revoke some of them.",
        });
      }
      const inserted = await transaction
        .insertInto("shares")
        .values(row)
        .onConflict((conflict) => conflict.column("shareId").doNothing())
        .returning("shareId")
        .executeTakeFirst();
      if (inserted === undefined) throw new TunnelError("already-used", "There is a share of this id.");
      await appendAudit(transaction, {
        ...actor,
        action: "share",
        subject: shareId,
        details: { serverId, serviceName },
        nowMs,
      });
    });
    return summaryOf(row);
  }

  /** Shares of a server, newest first; throws `not-found`. Every live one, and as many dead ones as `liveShares` leaves room for. */
  async list(accountId: string, serverId: ServerId): Promise<ShareSummary[]> {
    await this.#options.directory.find(accountId, serverId);
    return this.#listed(accountId, serverId);
  }

  /** Shares of an account, of all its servers, newest first: every live one, then dead ones as in `list`. */
  listAll(accountId: string): Promise<ShareSummary[]> {
    return this.#listed(accountId);
  }

  /** Takes a share back and ends its viewers; throws `not-found`. Again is fine. */
  async revoke(actor: Actor, shareId: ShareId): Promise<void> {
    const { store, revokeSessions } = this.#options;
    const nowMs = this.#options.nowMs();
    await store.queries.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom("shares")
        .select("revokedAt")
        .where("shareId", "=", shareId)
        .where("accountId", "=", actor.accountId)
        .executeTakeFirst();
      if (row === undefined) throw new TunnelError("not-found", "There is no such share in your account.");
      if (row.revokedAt !== null) return;
      await transaction.updateTable("shares").set({ revokedAt: nowMs }).where("shareId", "=", shareId).execute();
      await appendAudit(transaction, {
        ...actor,
        action: "revoke",
        subject: shareId,
        details: { what: "share" },
        nowMs,
      });
    });
    await revokeSessions(actor, shareId);
  }

  /** Takes back every share of a server: it was removed, or has new keys. */
  async revokeAll(serverId: ServerId): Promise<void> {
    await this.#options.store.queries
      .updateTable("shares")
      .set({ revokedAt: this.#options.nowMs() })
      .where("serverId", "=", serverId)
      .where("revokedAt", "is", null)
      .execute();
  }

  /** The share that a ticket is for. Throws `not-found` (for a wrong ticket too), `revoked` or `expired`. */
  async admit(shareId: ShareId, ticket: string): Promise<SharesTable> {
    const row = await this.#options.store.queries
      .selectFrom("shares")
      .selectAll()
      .where("shareId", "=", shareId)
      .executeTakeFirst();
    if (row === undefined || row.ticketHash !== ticketHashOf(ticket)) throw noSuchShare();
    if (row.revokedAt !== null) {
      throw new TunnelError("revoked", "This share was taken back.", { hint: "Ask who gave it to you for a new one." });
    }
    if (row.expiresAt <= this.#options.nowMs()) {
      throw new TunnelError("expired", "This share is over.", { hint: "Ask who gave it to you for a new one." });
    }
    return row;
  }

  /** There are `liveShares` live ones at most: taken first, none of them is ever left out for a dead one. */
  async #listed(accountId: string, serverId?: ServerId): Promise<ShareSummary[]> {
    const nowMs = this.#options.nowMs();
    const rows = await this.#options.store.queries
      .selectFrom("shares")
      .selectAll()
      .where("accountId", "=", accountId)
      .$if(serverId !== undefined, (query) => query.where("serverId", "=", serverId ?? ""))
      .orderBy(({ eb, and }) =>
        eb
          .case()
          .when(and([eb("revokedAt", "is", null), eb("expiresAt", ">", nowMs)]))
          .then(0)
          .else(1)
          .end(),
      )
      .orderBy("createdAt", "desc")
      .limit(serverLimits.liveShares)
      .execute();
    return rows.map(summaryOf).sort((one, other) => other.createdAt - one.createdAt);
  }
}

/** A hash of a hash: 256 random bits need no salt and no time-constant comparison of the secret itself. */
function ticketHashOf(ticket: string): string {
  return Buffer.from(sha256(Buffer.from(ticket, "base64url"))).toString("base64url");
}

function serviceOf(services: readonly ServiceView[], serviceName: string, label: string): ServiceView {
  const service = services.find((candidate) => candidate.serviceName === serviceName);
  if (service === undefined) throw new TunnelError("not-found", `${label} publishes no service "${serviceName}".`);
  return service;
}

function noSuchShare(): TunnelError {
  return new TunnelError("not-found", "There is no such share, or its link was cut short.", {
    hint: "Copy the whole link, or ask who gave it to you for a new one.",
  });
}

function summaryOf(row: SharesTable): ShareSummary {
  const { shareId, serverId, serviceName, label, createdAt, expiresAt, revokedAt } = row;
  return {
    shareId: shareId as ShareId,
    serverId: serverId as ServerId,
    ...{ serviceName, label, createdAt, expiresAt, revokedAt },
  };
}
