/** The sign-ins of a member: listed, and taken back one by one or all at once. */
import { TunnelError } from "@culvert/protocol";
import type { SignIn } from "@culvert/protocol/signaling";
import { type Actor, appendAudit } from "../audit/audit.ts";
import type { Store } from "../store/index.ts";
import type { Authentication } from "./authentication.ts";

/** What it stands on. */
export interface SignInsOptions {
  readonly store: Store;
  readonly authentication: Authentication;
  readonly nowMs: () => number;
}

/** The longest part of a browser's own description that is shown. */
const userAgentLength = 256;

export class SignIns {
  readonly #options: SignInsOptions;

  constructor(options: SignInsOptions) {
    this.#options = options;
  }

  /** A member's sign-ins: the current one first, then the latest used. */
  async list(memberId: string, currentId: string): Promise<SignIn[]> {
    const signIns = (await this.#live(memberId)).map(
      (session): SignIn => ({
        signInId: session.id,
        createdAt: session.createdAt.getTime(),
        lastUsedAt: session.updatedAt.getTime(),
        expiresAt: session.expiresAt.getTime(),
        userAgent: (session.userAgent ?? "").slice(0, userAgentLength),
        address: session.ipAddress ?? "",
        current: session.id === currentId,
      }),
    );
    return signIns.sort(
      (left, right) => Number(right.current) - Number(left.current) || right.lastUsedAt - left.lastUsedAt,
    );
  }

  /** When a member was last here; null where no sign-in is left. */
  async lastUsedAt(memberId: string): Promise<number | null> {
    const times = (await this.#live(memberId)).map(({ updatedAt }) => updatedAt.getTime());
    return times.length === 0 ? null : Math.max(...times);
  }

  /** Takes one back; what it had open ends. Throws `not-found`. */
  async revoke(actor: Actor, memberId: string, signInId: string): Promise<void> {
    const session = (await this.#live(memberId)).find(({ id }) => id === signInId);
    if (session === undefined) {
      throw new TunnelError("not-found", "There is no such sign-in of yours.", { hint: "It may be over already." });
    }
    await this.#end(actor, memberId, [session], "it was taken back");
  }

  /** Takes all of a member's back. `because`: for the audit log. */
  async revokeAll(actor: Actor, memberId: string, because: string): Promise<void> {
    await this.#end(actor, memberId, await this.#live(memberId), because);
  }

  async #live(memberId: string) {
    const { internalAdapter } = await this.#options.authentication.plain.$context;
    return internalAdapter.listSessions(memberId, { onlyActiveSessions: true });
  }

  async #end(actor: Actor, memberId: string, sessions: readonly { id: string; token: string }[], because: string) {
    const { store, authentication, nowMs } = this.#options;
    const { internalAdapter } = await authentication.plain.$context;
    if (sessions.length === 0) return;
    await store.queries.transaction().execute(async (transaction) => {
      for (const { id } of sessions) {
        const details = { what: "sign-in", memberId, because };
        await appendAudit(transaction, { ...actor, action: "revoke", subject: id, details, nowMs: nowMs() });
      }
    });
    for (const { token } of sessions) await internalAdapter.deleteSession(token);
  }
}
