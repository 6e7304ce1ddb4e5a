/**
 * Remote sessions: one account, one server, one service, listed and revocable, 12 h at most. Invariant: what opens a
 * session (the ticket) is kept as a hash alone; what opens the agent (the token) is not kept at all.
 */
import { limits } from "@culvert/protocol";
import type {
  CreateSession,
  IceServer,
  RemoteSession,
  ServerId,
  SessionId,
  SessionSummary,
} from "@culvert/protocol/signaling";
import { appendAudit } from "../audit/index.ts";
import type { AppOrigins } from "../hosting/app-origins.ts";
import { hashOf, randomName, randomTicket } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import { type Actor, relayPolicyOf, type ServerDirectory } from "../servers/index.ts";
import type { RemoteSessionsTable, Store } from "../store/index.ts";
import { openableService, tooManySessions } from "./openability.ts";
import { badTicket, noSuchSession, sessionOver, sessionRevoked } from "./session-faults.ts";
import { deviceThumbprintOf, type SessionTokens } from "./session-tokens.ts";

/** What sessions stand on. */
export interface RemoteSessionsOptions {
  readonly store: Store;
  readonly directory: ServerDirectory;
  readonly tokens: SessionTokens;
  readonly appOrigins: AppOrigins;
  readonly iceServers: readonly IceServer[];
  readonly signalingUrl: string;
  readonly nowMs: () => number;
}

/** Who asks for a session, and by which sign-in. */
type SessionMaker = Actor & { readonly signInId: string };

type RevocationListener = (session: { sessionId: SessionId; serverId: ServerId }) => void;

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
    const { directory, tokens, appOrigins, iceServers, signalingUrl, store } = this.#options;
    const nowMs = this.#options.nowMs();
    const { row: server, view } = await directory.find(actor.accountId, serverId);
    const service = openableService(view, request.serviceName);
    const signalingTicket = randomTicket();
    const row: RemoteSessionsTable = {
      sessionId: randomName(),
      accountId: actor.accountId,
      serverId,
      serviceId: service.serviceId,
      serviceName: service.serviceName,
      ticketHash: hashOf("ticket", signalingTicket),
      deviceThumbprint: await deviceThumbprintOf(request.deviceKey),
      signInId: actor.signInId,
      createdAt: nowMs,
      expiresAt: nowMs + limits.sessionMs,
      revokedAt: null,
    };
    const sessionId = row.sessionId as SessionId;
    await store.queries.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom("remoteSessions")
        .where("accountId", "=", actor.accountId)
        .where("expiresAt", "<", nowMs - serverLimits.keptSessionMs)
        .execute();
      const { count } = await transaction
        .selectFrom("remoteSessions")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("accountId", "=", actor.accountId)
        .where("expiresAt", ">", nowMs)
        .where("revokedAt", "is", null)
        .executeTakeFirstOrThrow();
      if (count >= serverLimits.liveSessions) throw tooManySessions(count);
      await transaction.insertInto("remoteSessions").values(row).execute();
      const details = { serverId, serviceName: service.serviceName };
      await appendAudit(transaction, { ...actor, action: "open", subject: sessionId, details, nowMs });
    });
    return {
      sessionId,
      serverId,
      serviceId: row.serviceId,
      serviceName: row.serviceName,
      remoteSessionToken: await tokens.sign({
        aud: serverId,
        sub: actor.accountId,
        sid: sessionId,
        svc: row.serviceId,
        tokenId: randomName(),
        deviceThumbprint: row.deviceThumbprint,
        sessionExpiresAt: row.expiresAt,
        nowMs,
      }),
      signalingTicket,
      expiresAt: row.expiresAt,
      iceServers: [...iceServers],
      relayPolicy: relayPolicyOf(server, row.serviceName),
      agentPublicKey: {
        identityKey: server.identityKey,
        noiseKey: server.noiseKey,
        noiseKeySignature: server.noiseKeySignature,
      },
      appOrigin: await appOrigins.originOf({ accountId: actor.accountId, serverId, ...service }),
      signalingUrl,
    };
  }

  /** Sessions of an account, newest first, the last `listedSessions`. */
  async list(accountId: string): Promise<SessionSummary[]> {
    const rows = await this.#options.store.queries
      .selectFrom("remoteSessions")
      .select(["sessionId", "serverId", "serviceName", "createdAt", "expiresAt", "revokedAt"])
      .where("accountId", "=", accountId)
      .orderBy("createdAt", "desc")
      .limit(serverLimits.listedSessions)
      .execute();
    return rows.map((row) => ({ ...row, sessionId: row.sessionId as SessionId, serverId: row.serverId as ServerId }));
  }

  /** The session a ticket opens for an account; throws `unauthenticated`, `expired` or `revoked`. */
  async admit(accountId: string, signalingTicket: string): Promise<RemoteSessionsTable> {
    const row = await this.#options.store.queries
      .selectFrom("remoteSessions")
      .selectAll()
      .where("ticketHash", "=", hashOf("ticket", signalingTicket))
      .executeTakeFirst();
    if (row === undefined || row.accountId !== accountId) throw badTicket();
    if (row.revokedAt !== null) throw sessionRevoked();
    if (row.expiresAt <= this.#options.nowMs()) throw sessionOver();
    return row;
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

  /** Takes every live session back that a sign-in made: who signed out on a shared machine leaves nothing open there. */
  async revokeOf(ended: SessionMaker): Promise<void> {
    const { accountId, address, signInId } = ended;
    const nowMs = this.#options.nowMs();
    const revoked = await this.#options.store.queries.transaction().execute(async (transaction) => {
      const rows = await transaction
        .updateTable("remoteSessions")
        .set({ revokedAt: nowMs })
        .where("accountId", "=", accountId)
        .where("signInId", "=", signInId)
        .where("revokedAt", "is", null)
        .where("expiresAt", ">", nowMs)
        .returning(["sessionId", "serverId"])
        .execute();
      for (const { sessionId } of rows) {
        const details = { because: "its sign-in ended" };
        await appendAudit(transaction, { accountId, address, action: "revoke", subject: sessionId, details, nowMs });
      }
      return rows;
    });
    for (const row of revoked) this.#tell(row.sessionId as SessionId, row.serverId as ServerId);
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

  #tell(sessionId: SessionId, serverId: ServerId): void {
    for (const listener of this.#listeners) listener({ sessionId, serverId });
  }
}
