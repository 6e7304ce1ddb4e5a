/**
 * Which tokens were used, and by whom: a token opens one tunnel of one device.
 * Invariant: an entry is forgotten only when its token can no longer pass the clock.
 */

interface Use {
  readonly user: string;
  readonly forgetAtMs: number;
}

/** The uses of tokens that are still fresh. */
export class TokenUses {
  readonly #uses = new Map<string, Use>();

  /** True where the token is unused, or was used by this very device and tunnel: a retry after a lost answer. */
  take(tokenId: string, user: string, forgetAtMs: number, nowMs: number): boolean {
    this.#forget(nowMs);
    const known = this.#uses.get(tokenId);
    if (known !== undefined) return known.user === user;
    this.#uses.set(tokenId, { user, forgetAtMs });
    return true;
  }

  /** Tokens remembered. */
  get size(): number {
    return this.#uses.size;
  }

  #forget(nowMs: number): void {
    for (const [tokenId, { forgetAtMs }] of this.#uses) {
      if (forgetAtMs < nowMs) this.#uses.delete(tokenId);
    }
  }
}
