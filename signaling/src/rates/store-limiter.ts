/**
 * The store as a place where the rate limiter counts. Invariant: one statement counts and answers, so that nodes that
 * count at the same time never let more through than the limit.
 */
import { sql } from "kysely";
import { type IRateLimiterStoreOptions, RateLimiterRes } from "rate-limiter-flexible";
import RateLimiterStoreAbstract from "rate-limiter-flexible/lib/RateLimiterStoreAbstract.js";
import { hashOf } from "../keys/index.ts";
import type { Store } from "../store/index.ts";

interface Counted {
  readonly points: number;
  readonly resetsAt: number;
}

/** A limiter of the library that counts in our table; the names with `_` are what the library asks of a store. */
export class StoreLimiter extends RateLimiterStoreAbstract {
  readonly #store: Store;

  constructor(store: Store, options: Omit<IRateLimiterStoreOptions, "storeClient">) {
    super({ ...options, storeClient: store });
    this.#store = store;
  }

  async _upsert(key: string, points: number, durationMs: number, startsAnew: boolean): Promise<Counted> {
    const nowMs = Date.now();
    const row = { counterKey: hashOf("rate", key), points, resetsAt: nowMs + durationMs };
    const isOver = startsAnew ? sql<boolean>`1 = 1` : sql<boolean>`${sql.ref("rateCounters.resetsAt")} <= ${nowMs}`;
    return this.#store.queries
      .insertInto("rateCounters")
      .values(row)
      .onConflict((conflict) =>
        conflict.column("counterKey").doUpdateSet({
          points: sql<number>`case when ${isOver} then ${points} else ${sql.ref("rateCounters.points")} + ${points} end`,
          resetsAt: sql<number>`case when ${isOver} then ${row.resetsAt} else ${sql.ref("rateCounters.resetsAt")} end`,
        }),
      )
      .returning(["points", "resetsAt"])
      .executeTakeFirstOrThrow();
  }

  async _get(key: string): Promise<Counted | null> {
    const row = await this.#store.queries
      .selectFrom("rateCounters")
      .select(["points", "resetsAt"])
      .where("counterKey", "=", hashOf("rate", key))
      .where("resetsAt", ">", Date.now())
      .executeTakeFirst();
    return row ?? null;
  }

  async _delete(key: string): Promise<boolean> {
    const query = this.#store.queries.deleteFrom("rateCounters").where("counterKey", "=", hashOf("rate", key));
    return (await query.executeTakeFirst()).numDeletedRows > 0n;
  }

  _getRateLimiterRes(_key: string, changed: number, { points, resetsAt }: Counted): RateLimiterRes {
    return new RateLimiterRes(
      Math.max(0, this.points - points),
      Math.max(0, resetsAt - Date.now()),
      points,
      points === changed,
    );
  }
}

/** Forgets counters that are over; any node may, as often as it likes. */
export async function forgetCounters(store: Store, nowMs: number): Promise<void> {
  await store.queries.deleteFrom("rateCounters").where("resetsAt", "<=", nowMs).execute();
}
