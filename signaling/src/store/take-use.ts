/** Things that work a number of times, counted by one statement. */
import type { Queries } from "./store.ts";

/** What is used up. */
export interface Use {
  /** What kind of thing it is, so that ids of different kinds do not meet. */
  readonly purpose: string;
  /** Which one: an id or a hash, never a secret in clear. */
  readonly name: string;
  readonly maxUses: number;
  /** From then on the count may be forgotten, since the thing itself is over. Ms since 1970. */
  readonly forgetAt: number;
}

/**
 * Takes one of a limited number of uses; false where none is left. However many ask at once and on however many nodes,
 * exactly `maxUses` get true. Inside a transaction the use is given back where that fails.
 */
export async function takeUse(queries: Queries, { purpose, name, maxUses, forgetAt }: Use): Promise<boolean> {
  if (maxUses < 1) return false;
  const taken = await queries
    .insertInto("takenUses")
    .values({ name: `${purpose}:${name}`, uses: 1, forgetAt })
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet((column) => ({ uses: column("takenUses.uses", "+", 1) }))
        .where("takenUses.uses", "<", maxUses),
    )
    .returning("uses")
    .executeTakeFirst();
  return taken !== undefined;
}

/** Forgets counts of things that are over. Called now and then. */
export async function forgetUses(queries: Queries, nowMs: number): Promise<void> {
  await queries.deleteFrom("takenUses").where("forgetAt", "<", nowMs).execute();
}
