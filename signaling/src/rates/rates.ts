/**
 * How often somebody may do something. Invariant: where nodes must agree (guesses at secrets, what costs others), the
 * store counts for all of them; floods are counted by each node for itself, and cost no query.
 */
import { TunnelError } from "@culvert/protocol";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../log/index.ts";
import type { Store } from "../store/index.ts";
import { forgetCounters, StoreLimiter } from "./store-limiter.ts";

/** So many within a time. */
export interface Rate {
  readonly max: number;
  readonly timeWindow: number;
}

/** The fault of somebody who has to wait. */
export class TooOften extends TunnelError {
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super("rate-limited", message, { hint: `Try again in ${inWords(retryAfterMs)}.` });
    this.retryAfterMs = retryAfterMs;
  }
}

export class Rates {
  readonly #store: Store;
  readonly #shared = new Map<string, StoreLimiter>();
  readonly #local = new Map<string, RateLimiterMemory>();
  readonly #sweeping: NodeJS.Timeout;

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#sweeping = setInterval(() => {
      forgetCounters(store, Date.now()).catch((thrown: unknown) => log.debug({ err: thrown }, "counters stay for now"));
    }, serverLimits.rateSweepMs);
    this.#sweeping.unref();
  }

  /**
   * Counts `points` for somebody on all nodes together. Throws TooOften beyond the rate; resolves where the store does not
   * answer and this node's own count allows it, because what is asked for then fails in its own words.
   */
  async take(name: string, rate: Rate, who: string, points = 1): Promise<void> {
    const key = keyOf(name, rate);
    const limiter = this.#shared.get(key) ?? this.#newShared(key, rate);
    this.#shared.set(key, limiter);
    await consume(limiter, name, who, points);
  }

  /** Counts for somebody on this node alone. Throws TooOften beyond the rate. */
  async takeHere(name: string, rate: Rate, who: string): Promise<void> {
    const key = keyOf(name, rate);
    const limiter = this.#local.get(key) ?? new RateLimiterMemory(optionsOf(key, rate));
    this.#local.set(key, limiter);
    await consume(limiter, name, who, 1);
  }

  /** Counts nothing any more. */
  close(): void {
    clearInterval(this.#sweeping);
  }

  #newShared(key: string, rate: Rate): StoreLimiter {
    const options = optionsOf(key, rate);
    // Who is refused once is refused from memory until the time is over: a flood costs no queries.
    const refusedFromMemory = { inMemoryBlockOnConsumed: rate.max };
    const insuranceLimiter = new RateLimiterMemory(options);
    return new StoreLimiter(this.#store, { ...options, ...refusedFromMemory, insuranceLimiter });
  }
}

function keyOf(name: string, { max, timeWindow }: Rate): string {
  return `${name}/${max}/${timeWindow}`;
}

function optionsOf(keyPrefix: string, { max, timeWindow }: Rate) {
  return { keyPrefix, points: max, duration: timeWindow / 1000 };
}

async function consume(limiter: StoreLimiter | RateLimiterMemory, name: string, who: string, points: number) {
  try {
    await limiter.consume(who, points);
  } catch (thrown) {
    if (!(thrown instanceof RateLimiterRes)) throw thrown;
    throw new TooOften(`There were too many tries (${name}).`, thrown.msBeforeNext);
  }
}

function inWords(waitMs: number): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  if (seconds < 90) return seconds === 1 ? "a second" : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
