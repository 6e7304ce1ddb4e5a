/**
 * The best kind of way that each session has had, as agents tell of it. Invariant: a session's way only gets better, and
 * an agent writes of sessions of its own server alone.
 */
import { type OpenViewer, type ServerId, type WayKind, wayKinds } from "@culvert/protocol/signaling";
import type { Store } from "../store/index.ts";

export class SessionWays {
  readonly #store: Store;
  /** What is written already, by session, of agents at this node. */
  readonly #written = new Map<ServerId, ReadonlyMap<string, WayKind>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Writes down what is new in what an agent tells. Rejects where the store does not take it. */
  async told(serverId: ServerId, viewers: readonly OpenViewer[] = []): Promise<void> {
    const before = this.#written.get(serverId);
    const best = new Map<string, WayKind>();
    for (const { sessionId, way } of viewers) {
      const known = before?.get(sessionId);
      const better = way !== null && (known === undefined || rank(way) < rank(known)) ? way : known;
      if (better !== undefined) best.set(sessionId, better);
    }
    for (const kind of wayKinds) {
      const sessions = [...best].flatMap(([id, way]) => (way === kind && before?.get(id) !== kind ? [id] : []));
      if (sessions.length > 0) await this.#write(serverId, sessions, kind);
    }
    if (best.size === 0) this.#written.delete(serverId);
    else this.#written.set(serverId, best);
  }

  /** The agent is not at this node any more. */
  forget(serverId: ServerId): void {
    this.#written.delete(serverId);
  }

  async #write(serverId: ServerId, sessions: readonly string[], kind: WayKind): Promise<void> {
    const worse = wayKinds.slice(rank(kind) + 1);
    await this.#store.queries
      .updateTable("remoteSessions")
      .set({ way: kind })
      .where("serverId", "=", serverId)
      .where("sessionId", "in", sessions)
      .where((row) => row.or([row("way", "is", null), ...(worse.length > 0 ? [row("way", "in", worse)] : [])]))
      .execute();
  }
}

function rank(kind: WayKind): number {
  return wayKinds.indexOf(kind);
}
