/**
 * Remote sessions: one account, one server, one service, listed and revocable, 12 h at most. Invariant: what opens a
 * session (the ticket) is kept as a hash alone; what opens the agent (the token) is not kept at all.
 */
import { limits } from "@culvert/protocol";
import type {
  CreateSession,
  RemoteSession,
  ServerId,
  SessionId,
  SessionSummary,
  ShareSession,
} from "@culvert/protocol/signaling";
import { appendAudit } from "../audit/index.ts";
import type { AppOrigins } from "../hosting/app-origins.ts";
import { hashOf, randomName, randomTicket } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import { type Actor, relayPolicyOf, type ServerDirectory } from "../servers/index.ts";
import { lockAccount, type RemoteSessionsTable, type SharesTable, type Store } from "../store/index.ts";
import type { IceServers } from "../turn/index.ts";
import { openableService, tooManyOfShare, tooManySessions } from "./openability.ts";
import { badTicket, noSuchSession, sessionOver, sessionRevoked, somebodyElses } from "./session-faults.ts";
import { sessionsOf } from "./session-list.ts";
import { deskOrigin, type Grant, isDesk, sessionRowOf } from "./session-row.ts";
import type { SessionTokens } from "./session-tokens.ts";
import { sharePrincipalOf } from "./share-principal.ts";

/** What sessions stand on. */
export interface RemoteSessionsOptions {
  readonly store: Store;
  readonly directory: ServerDirectory;
  readonly tokens: SessionTokens;
  readonly appOrigins: AppOrigins;
  readonly iceServers: IceServers;
  readonly signalingUrl: string;
  /** Where viewers of shares connect, without an account. */
  readonly shareSignalingUrl: string;
  /** Sessions of one account that may live at once. */
  readonly sessionsPerAccount: number;
  readonly nowMs: () => number;
}

/** Who asks for a session, and by which sign-in. */
type SessionMaker = Actor & { readonly signInId: string };

/** A session that opens nothing any more. `by`: its viewer is done with it; left out where somebody took it back. */
export interface OverSession {
  readonly sessionId: SessionId;
  readonly serverId: ServerId;
  readonly by?: "viewer";
}

type RevocationListener = (session: OverSession) => void;

export class RemoteSessions {
  readonly #options: RemoteSessionsOptions;
  readonly #listeners: RevocationListener[] = [];

  constructor(options: RemoteSessionsOptions) {
    this.#options = options;
  }

  /** Calls `listener` for each session that is revoked from now on. */
  onRevoked(listener: RevocationListener): void {
    this.#listeners.push(listener);
  }

  /** Grants a session; throws in words why a server cannot be opened (openability.ts). */
  async create(actor: SessionMaker, serverId: ServerId, request: CreateSession): Promise<RemoteSession> {
    const { directory, tokens } = this.#options;
    const { row: server, view } = await directory.find(actor.accountId, serverId);
    const service = openableService(view, request.serviceName, request.mode);
    const granted = await this.#grant({
      ...{ actor, server, service, deviceKey: request.deviceKey, signInId: actor.signInId, share: undefined },
      principal: actor.accountId,
      endsAt: this.#options.nowMs() + (isDesk(service) ? serverLimits.deskSessionMs : limits.sessionMs),
    });
    const { row, session } = granted;
    const remoteSessionToken = await tokens.sign({
      aud: serverId,
      sub: actor.accountId,
      sid: session.sessionId,
      svc: row.serviceId,
      tokenId: randomName(),
      deviceThumbprint: row.deviceThumbprint,
      sessionExpiresAt: row.expiresAt,
      nowMs: row.createdAt,
    });
    return { ...session, remoteSessionToken };
  }

  /** Grants a session to whoever shows a share's ticket; the agent decides by the share's proof. Throws as `create` does. */
  async createForShare(share: SharesTable, deviceKey: string, address: string): Promise<ShareSession> {
    const { accountId, shareId } = share;
    const serverId = share.serverId as ServerId;
    const { row: server, view } = await this.#options.directory.find(accountId, serverId);
    const service = openableService(view, share.serviceName);
    const actor = { accountId, address, who: `share ${share.label}`.trim() };
    const endsAt = Math.min(share.expiresAt, this.#options.nowMs() + limits.sessionMs);
    const principal = sharePrincipalOf(shareId);
    const { session } = await this.#grant({
      ...{ actor, server, service, deviceKey, signInId: null, share: shareId, principal, endsAt },
    });
    return session;
  }

  async #grant(grant: Grant): Promise<{ row: RemoteSessionsTable; session: ShareSession }> {
    const { appOrigins, iceServers, signalingUrl, shareSignalingUrl, store } = this.#options;
    const { actor, server, share } = grant;
    const { accountId } = actor;
    const nowMs = this.#options.nowMs();
    const signalingTicket = randomTicket();
    // First, because it may fail: a session without a place for its app is of no use.
    const { serviceId, serviceName } = grant.service;
    const owner = { accountId, serverId: server.serverId, serviceId, serviceName, principal: grant.principal };
    const appOrigin = isDesk(grant.service) ? deskOrigin : await appOrigins.originOf(owner);
    const row = await sessionRowOf(grant, hashOf("ticket", signalingTicket), nowMs);
    const sessionId = row.sessionId as SessionId;
    await store.queries.transaction().execute(async (transaction) => {
      await lockAccount(transaction, accountId);
      await transaction
        .deleteFrom("remoteSessions")
        .where("accountId", "=", accountId)
        .where("expiresAt", "<", nowMs - serverLimits.keptSessionMs)
        .execute();
      const { count } = await transaction
        .selectFrom("remoteSessions")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("accountId", "=", accountId)
        .where("expiresAt", ">", nowMs)
        .where("revokedAt", "is", null)
        .$if(share !== undefined, (query) => query.where("shareId", "=", share ?? ""))
        .executeTakeFirstOrThrow();
      const most = share === undefined ? this.#options.sessionsPerAccount : serverLimits.sessionsPerShare;
      if (Number(count) >= most) throw share === undefined ? tooManySessions(Number(count)) : tooManyOfShare(most);
      await transaction.insertInto("remoteSessions").values(row).execute();
      const details = { serverId: row.serverId, serviceName: row.serviceName };
      await appendAudit(transaction, { ...actor, action: "open", subject: sessionId, details, nowMs });
    });
    const session: ShareSession = {
      sessionId,
      serverId: row.serverId as ServerId,
      serviceId: row.serviceId,
      serviceName: row.serviceName,
      signalingTicket,
      expiresAt: row.expiresAt,
      iceServers: iceServers.of(sessionId),
      relayPolicy: relayPolicyOf(server, row.serviceName),
      agentPublicKey: {
        identityKey: server.identityKey,
        noiseKey: server.noiseKey,
        noiseKeySignature: server.noiseKeySignature,
      },
      appOrigin,
      signalingUrl: share === undefined ? signalingUrl : shareSignalingUrl,
    };
    return { row, session };
  }

  /** Sessions of an account, newest first, the last `listedSessions`. */
  list(accountId: string): Promise<SessionSummary[]> {
    return sessionsOf(this.#options.store, accountId);
  }

  /** The session a ticket opens: for an account, or with `undefined` for whoever has a share's. Throws `unauthenticated`, `expired` or `revoked`. */
  async admit(accountId: string | undefined, signalingTicket: string): Promise<RemoteSessionsTable> {
    const row = await this.#options.store.queries
      .selectFrom("remoteSessions")
      .selectAll()
      .where("ticketHash", "=", hashOf("ticket", signalingTicket))
      .executeTakeFirst();
    if (row === undefined) throw badTicket();
    const isHolders = accountId === undefined ? row.shareId !== null : row.accountId === accountId;
    if (!isHolders) throw badTicket();
    if (row.revokedAt !== null) throw sessionRevoked();
    if (row.expiresAt <= this.#options.nowMs()) throw sessionOver();
    return row;
  }

  /** Throws `forbidden` where a session was opened by another member. */
  async requireOwn(
    { accountId, memberId }: { accountId: string; memberId: string },
    sessionId: SessionId,
  ): Promise<void> {
    const row = await this.#options.store.queries
      .selectFrom("remoteSessions")
      .select("memberId")
      .where("sessionId", "=", sessionId)
      .where("accountId", "=", accountId)
      .executeTakeFirst();
    if (row === undefined) throw noSuchSession();
    if (row.memberId !== memberId) throw somebodyElses();
  }

  /** Takes a session back; throws `not-found`. Again is fine. */
  async revoke(actor: Actor, sessionId: SessionId): Promise<void> {
    const { store } = this.#options;
    const nowMs = this.#options.nowMs();
    const revoked = await store.queries.transaction().execute(async (transaction) => {
      const session = await transaction
        .selectFrom("remoteSessions")
        .select(["serverId", "revokedAt"])
        .where("sessionId", "=", sessionId)
        .where("accountId", "=", actor.accountId)
        .executeTakeFirst();
      if (session === undefined) throw noSuchSession();
      if (session.revokedAt !== null) return undefined;
      const query = transaction.updateTable("remoteSessions").set({ revokedAt: nowMs });
      await query.where("sessionId", "=", sessionId).execute();
      await appendAudit(transaction, { ...actor, action: "revoke", subject: sessionId, details: {}, nowMs });
      return session.serverId as ServerId;
    });
    if (revoked !== undefined) this.#tell(sessionId, revoked);
  }

  /**
   * Its viewer is done with a session: whoever has the ticket could open it, so may end it. Nobody is told whether there was
   * one: a ticket that is over opens nothing either.
   */
  async end(signalingTicket: string): Promise<void> {
    const nowMs = this.#options.nowMs();
    const ended = await this.#options.store.queries
      .updateTable("remoteSessions")
      .set({ revokedAt: nowMs })
      .where("ticketHash", "=", hashOf("ticket", signalingTicket))
      .where("revokedAt", "is", null)
      .where("expiresAt", ">", nowMs)
      .returning(["sessionId", "serverId"])
      .executeTakeFirst();
    if (ended !== undefined) this.#tell(ended.sessionId as SessionId, ended.serverId as ServerId, "viewer");
  }

  /** Takes every live session back that a sign-in made: who signed out on a shared machine leaves nothing open there. */
  async revokeOf(ended: SessionMaker): Promise<void> {
    const { signInId, ...actor } = ended;
    const nowMs = this.#options.nowMs();
    const revoked = await this.#options.store.queries.transaction().execute(async (transaction) => {
      const rows = await transaction
        .updateTable("remoteSessions")
        .set({ revokedAt: nowMs })
        .where("accountId", "=", actor.accountId)
        .where("signInId", "=", signInId)
        .where("revokedAt", "is", null)
        .where("expiresAt", ">", nowMs)
        .returning(["sessionId", "serverId"])
        .execute();
      for (const { sessionId } of rows) {
        const details = { because: "its sign-in ended" };
        await appendAudit(transaction, { ...actor, action: "revoke", subject: sessionId, details, nowMs });
      }
      return rows;
    });
    for (const row of revoked) this.#tell(row.sessionId as SessionId, row.serverId as ServerId);
  }

  /** Takes every live session of a share back. */
  async revokeOfShare(actor: Actor, shareId: string): Promise<void> {
    const nowMs = this.#options.nowMs();
    const rows = await this.#options.store.queries
      .updateTable("remoteSessions")
      .set({ revokedAt: nowMs })
      .where("accountId", "=", actor.accountId)
      .where("shareId", "=", shareId)
      .where("revokedAt", "is", null)
      .where("expiresAt", ">", nowMs)
      .returning(["sessionId", "serverId"])
      .execute();
    for (const row of rows) this.#tell(row.sessionId as SessionId, row.serverId as ServerId);
  }

  /** Takes every live session of a server back. */
  async revokeAll(serverId: ServerId): Promise<void> {
    const nowMs = this.#options.nowMs();
    const rows = await this.#options.store.queries
      .updateTable("remoteSessions")
      .set({ revokedAt: nowMs })
      .where("serverId", "=", serverId)
      .where("revokedAt", "is", null)
      .where("expiresAt", ">", nowMs)
      .returning("sessionId")
      .execute();
    for (const row of rows) this.#tell(row.sessionId as SessionId, serverId);
  }

  #tell(sessionId: SessionId, serverId: ServerId, by?: "viewer"): void {
    for (const listener of this.#listeners) listener({ sessionId, serverId, ...(by !== undefined && { by }) });
  }
}
