/**
 * The bytes that the relay carries for an account in a day, on all nodes together. Invariant: asking takes no time: a
 * node takes bytes from the day in pieces and spends them, and carries at most one piece beyond the day's end.
 */
import { serverLimits } from "../limits.ts";
import { type Rates, TooOften } from "./rates.ts";

const dayMs = 24 * 60 * 60 * 1000;

interface Held {
  /** Below 0: carried before the piece that pays for it was granted. */
  leftBytes: number;
  isAsking: boolean;
  /** The day is used up until then. */
  emptyUntilMs: number;
}

/** What a quota stands on. */
export interface RelayQuotaOptions {
  readonly rates: Rates;
  readonly bytesPerDay: number;
  readonly nowMs: () => number;
  /** Told of a fault of the store, which stops no relay. */
  readonly onFault: (thrown: unknown) => void;
}

export class RelayQuota {
  readonly #options: RelayQuotaOptions;
  readonly #pieceBytes: number;
  readonly #byAccount = new Map<string, Held>();

  constructor(options: RelayQuotaOptions) {
    this.#options = options;
    this.#pieceBytes = Math.min(serverLimits.relayBytesTaken, options.bytesPerDay);
  }

  /** Counts bytes of an account; false where its day is used up. */
  take(accountId: string, bytes: number): boolean {
    const held = this.#byAccount.get(accountId) ?? { leftBytes: 0, isAsking: false, emptyUntilMs: 0 };
    this.#byAccount.set(accountId, held);
    if (held.emptyUntilMs > this.#options.nowMs()) return false;
    held.leftBytes -= bytes;
    // The next piece is asked for while half of this one is left.
    if (held.leftBytes < this.#pieceBytes / 2 && !held.isAsking) void this.#ask(accountId, held);
    return held.leftBytes > -this.#pieceBytes;
  }

  /** Forgets accounts that use nothing now; what they hold of their day is lost to them. Called now and then. */
  forgetIdle(isIdle: (accountId: string) => boolean): void {
    for (const [accountId, held] of this.#byAccount) {
      if (!held.isAsking && held.emptyUntilMs <= this.#options.nowMs() && isIdle(accountId)) {
        this.#byAccount.delete(accountId);
      }
    }
  }

  async #ask(accountId: string, held: Held): Promise<void> {
    const { rates, bytesPerDay, nowMs, onFault } = this.#options;
    held.isAsking = true;
    try {
      await rates.take("relayed bytes", { max: bytesPerDay, timeWindow: dayMs }, accountId, this.#pieceBytes);
      held.leftBytes += this.#pieceBytes;
    } catch (thrown) {
      if (thrown instanceof TooOften) held.emptyUntilMs = nowMs() + thrown.retryAfterMs;
      else onFault(thrown);
    } finally {
      held.isAsking = false;
    }
  }
}
