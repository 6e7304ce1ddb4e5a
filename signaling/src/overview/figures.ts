/**
 * What happens to accounts, counted by the hour. Invariant: counting takes no time and no query; what was counted is
 * written some seconds later, added to what other nodes wrote, and what the store does not take now is written later.
 */
import type { Code } from "@culvert/protocol";
import { serverLimits } from "../limits.ts";
import type { Store } from "../store/index.ts";

export const hourMs = 60 * 60 * 1000;

/** `relayed`: bytes that the relay carried. `failure:` and a code: openings that failed or broke off by it. */
export type Figure = "relayed" | `failure:${Code}`;

/** Ends that nobody would call a failure. */
const plainEnds: ReadonlySet<Code> = new Set<Code>(["closed", "canceled", "superseded", "revoked", "expired"]);

/** What figures stand on. */
export interface FiguresOptions {
  readonly store: Store;
  readonly nowMs: () => number;
}

export class Figures {
  readonly #options: FiguresOptions;
  /** By account, hour and figure, joined by a character that none of them has. */
  #counted = new Map<string, number>();

  constructor(options: FiguresOptions) {
    this.#options = options;
  }

  /** Counts. */
  add(accountId: string, figure: Figure, amount: number): void {
    const hour = Math.floor(this.#options.nowMs() / hourMs) * hourMs;
    const key = [accountId, hour, figure].join("\n");
    this.#counted.set(key, (this.#counted.get(key) ?? 0) + amount);
  }

  /** Counts an opening that failed, or an open app that ended, by its code; ends that are as they should be count nothing. */
  ended(accountId: string, code: Code): void {
    if (!plainEnds.has(code)) this.add(accountId, `failure:${code}`, 1);
  }

  /** Writes what was counted. Rejects where the store does not take it; then it is kept for the next time. */
  async write(): Promise<void> {
    const counted = this.#counted;
    if (counted.size === 0) return;
    this.#counted = new Map();
    try {
      await this.#writeAll(counted);
    } catch (thrown) {
      for (const [key, amount] of counted) this.#counted.set(key, (this.#counted.get(key) ?? 0) + amount);
      throw thrown;
    }
  }

  /** Forgets figures that no overview shows any more. */
  async forgetOld(): Promise<void> {
    const before = this.#options.nowMs() - serverLimits.keptFiguresMs;
    await this.#options.store.queries.deleteFrom("accountFigures").where("hour", "<", before).execute();
  }

  async #writeAll(counted: ReadonlyMap<string, number>): Promise<void> {
    // In one order on all nodes, so that none waits for another that waits for it.
    const rows = [...counted.keys()].sort().map((key) => {
      const [accountId = "", hour = "", figure = ""] = key.split("\n");
      return { accountId, hour: Number(hour), figure, amount: counted.get(key) ?? 0 };
    });
    await this.#options.store.queries.transaction().execute(async (transaction) => {
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        await transaction
          .insertInto("accountFigures")
          .values(rows.slice(from, from + rowsAtOnce))
          .onConflict((conflict) =>
            conflict.columns(["accountId", "hour", "figure"]).doUpdateSet((row) => ({
              amount: row("accountFigures.amount", "+", row.ref("excluded.amount")),
            })),
          )
          .execute();
      }
    });
  }
}

/** Four values a row, and engines bound the values of a statement. */
const rowsAtOnce = 200;
