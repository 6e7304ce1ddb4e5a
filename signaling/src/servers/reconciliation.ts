/**
 * Compares the agents attached here with the rows that say so. Invariant: a row that says an agent is here is corrected
 * when it is not, and a connection that a newer one replaced goes, even where the bus told nobody.
 */
import type { ServerId } from "@culvert/protocol/signaling";
import type { Nodes } from "../cluster/index.ts";
import type { Store } from "../store/index.ts";
import type { Attachment, Attachments } from "./attachments.ts";

/** What is compared. */
export interface ReconciliationOptions {
  readonly store: Store;
  readonly nodes: Nodes;
  readonly attachments: Attachments;
}

export class Reconciliation {
  readonly #options: ReconciliationOptions;
  /** Rows without a connection at the last comparison: an agent that is just being attached has one by the next. */
  #suspects: ReadonlySet<string> = new Set();

  constructor(options: ReconciliationOptions) {
    this.#options = options;
  }

  /** Compares and corrects. Rejects where the store does not answer. */
  async run(): Promise<void> {
    const { store, nodes, attachments } = this.#options;
    const rows = await store.queries
      .selectFrom("servers")
      .select(["serverId", "generation"])
      .where("nodeId", "=", nodes.nodeId)
      .where("removedAt", "is", null)
      .execute();
    const generations = new Map(rows.map(({ serverId, generation }) => [serverId, generation]));
    for (const attachment of attachments.all()) {
      if (generations.get(attachment.serverId) !== attachment.generation) await this.#doubt(attachment);
    }
    await this.#correct(rows);
  }

  /** An attachment whose row names another: its row is read again, since it may have been written a moment ago. */
  async #doubt(attachment: Attachment): Promise<void> {
    const row = await this.#options.store.queries
      .selectFrom("servers")
      .select(["generation", "removedAt"])
      .where("serverId", "=", attachment.serverId)
      .executeTakeFirst();
    if (row === undefined || row.removedAt !== null) {
      attachment.link.fail("revoked", "This machine was removed from its account.");
    } else if (row.generation > attachment.generation) {
      attachment.link.fail("superseded", "A newer connection of this agent took its place.");
    }
  }

  async #correct(rows: readonly { readonly serverId: string; readonly generation: number }[]): Promise<void> {
    const { store, nodes, attachments } = this.#options;
    const suspects = new Set<string>();
    for (const { serverId, generation } of rows) {
      if (attachments.get(serverId as ServerId)?.generation === generation) continue;
      const name = `${serverId} ${generation}`;
      suspects.add(name);
      if (!this.#suspects.has(name)) continue;
      await store.queries
        .updateTable("servers")
        .set({ nodeId: null })
        .where("serverId", "=", serverId)
        .where("generation", "=", generation)
        .where("nodeId", "=", nodes.nodeId)
        .execute();
    }
    this.#suspects = suspects;
  }
}
