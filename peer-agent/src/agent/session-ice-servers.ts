/**
 * The ICE servers of each session, as the control plane told them with its latest join.
 * Invariant: no more sessions than allowed are remembered, whoever joins; those that joined longest ago go first.
 */
import type { IceServer } from "@culvert/protocol/signaling";

/** Far more than have a tunnel at once. */
const sessionsMax = 1_024;

/** One per agent. */
export class SessionIceServers {
  readonly #sessionsMax: number;
  readonly #servers = new Map<string, readonly IceServer[]>();

  constructor(most = sessionsMax) {
    this.#sessionsMax = most;
  }

  /** Takes what a join told. */
  set(sessionId: string, servers: readonly IceServer[]): void {
    this.#servers.delete(sessionId);
    this.#servers.set(sessionId, servers);
    const [oldest] = this.#servers.keys();
    if (this.#servers.size > this.#sessionsMax && oldest !== undefined) this.#servers.delete(oldest);
  }

  /** What the latest join told; none where that is not known. */
  of(sessionId: string): readonly IceServer[] {
    return this.#servers.get(sessionId) ?? [];
  }

  /** The session is over. */
  delete(sessionId: string): void {
    this.#servers.delete(sessionId);
  }
}
