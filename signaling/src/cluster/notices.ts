/**
 * What every node must hear of: a session taken back, a sign-in ended, a server dismissed. Invariant: each is a row that
 * every node polls, so all hear of it within one poll, whether the bus brings it sooner or not; each listener hears each
 * notice once.
 */

import type { ServerId, SessionId } from "@culvert/protocol/signaling";
import type { SignInEnd } from "../accounts/index.ts";
import { type Bus, fromBusJson, toBusJson } from "../bus/index.ts";
import { randomName } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import type { Store } from "../store/index.ts";

/** What is told, by topic: ids alone, never secrets. */
export interface NoticeBodies {
  readonly "session-revoked": {
    readonly sessionId: SessionId;
    readonly serverId: ServerId;
    /** Its viewer is done with it; a node that hears of it by its row alone does not know that. */
    readonly by?: "viewer";
  };
  readonly "sign-in-ended": SignInEnd;
  /** A server's socket must go: it was removed, or has a new key. */
  readonly "server-dismissed": { readonly serverId: ServerId };
}

/** A kind of notice. */
export type NoticeTopic = keyof NoticeBodies;

interface Notice {
  readonly noticeId: string;
  readonly topic: NoticeTopic;
  readonly body: object;
}

/** What notices stand on. */
export interface NoticesOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly nowMs: () => number;
}

const subject = "notices";

export class Notices {
  readonly #options: NoticesOptions;
  readonly #listeners = new Map<string, ((body: never) => void)[]>();
  /** Notices heard, with the time of hearing; forgotten when no poll can bring them again. */
  readonly #heard = new Map<string, number>();
  readonly #stopListening: () => void;
  #polledAt: number;

  constructor(options: NoticesOptions) {
    this.#options = options;
    this.#polledAt = options.nowMs();
    this.#stopListening = options.bus.subscribe(subject, ({ data }) => this.#hear(fromBusJson(data)));
  }

  /** Calls `listener` with each notice of a topic, of this node or another. It must not throw. */
  on<Topic extends NoticeTopic>(topic: Topic, listener: (body: NoticeBodies[Topic]) => void): void {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
  }

  /** Tells a notice to all nodes. Rejects where it could not be written; it is told here and over the bus even then. */
  async post<Topic extends NoticeTopic>(topic: Topic, body: NoticeBodies[Topic]): Promise<void> {
    const noticeId = randomName();
    this.#announce({ noticeId, topic, body });
    if (!this.#options.bus.isShared) return;
    const row = { noticeId, at: this.#options.nowMs(), topic, body: JSON.stringify(body) };
    await this.#options.store.queries.insertInto("notices").values(row).execute();
  }

  /** Tells of a session that was taken back: its own row is the notice. */
  sessionRevoked(body: NoticeBodies["session-revoked"]): void {
    this.#announce({ noticeId: revocationId(body.sessionId), topic: "session-revoked", body });
  }

  /** Hears what the bus did not bring. Rejects where the store does not answer; the next poll looks as far back. */
  async poll(): Promise<void> {
    const { store, bus, nowMs } = this.#options;
    if (!bus.isShared) return;
    const startMs = nowMs();
    const since = this.#polledAt - serverLimits.noticeOverlapMs;
    const rows = await store.queries.selectFrom("notices").selectAll().where("at", ">", since).execute();
    const revoked = await store.queries
      .selectFrom("remoteSessions")
      .select(["sessionId", "serverId"])
      .where("revokedAt", ">", since)
      .execute();
    this.#polledAt = startMs;
    for (const { noticeId, topic, body } of rows) this.#hear({ noticeId, topic, body: JSON.parse(body) });
    for (const body of revoked) this.#hear({ noticeId: revocationId(body.sessionId), topic: "session-revoked", body });
    for (const [noticeId, heardAt] of this.#heard) {
      if (heardAt < since - serverLimits.noticeOverlapMs) this.#heard.delete(noticeId);
    }
  }

  /** Forgets notices that no node can need any more. Called now and then. */
  async forgetOld(): Promise<void> {
    const { store, bus, nowMs } = this.#options;
    if (!bus.isShared) return;
    await store.queries
      .deleteFrom("notices")
      .where("at", "<", nowMs() - serverLimits.keptNoticeMs)
      .execute();
  }

  close(): void {
    this.#stopListening();
  }

  #announce(notice: Notice): void {
    this.#hear(notice);
    if (this.#options.bus.isShared) this.#options.bus.publish(subject, toBusJson(notice));
  }

  #hear(value: unknown): void {
    const { noticeId, topic, body } = value as { noticeId: string; topic: string; body: never };
    if (this.#heard.has(noticeId)) return;
    this.#heard.set(noticeId, this.#options.nowMs());
    for (const listener of this.#listeners.get(topic) ?? []) listener(body);
  }
}

function revocationId(sessionId: string): string {
  return `revoked-${sessionId}`;
}
