/**
 * The signaling processes of one installation, as this one sees them. Invariant: a node lives while its beat moves from
 * one look to the next; clocks of other nodes are not believed, and a store that is down makes nobody dead.
 */
import { TunnelError } from "@culvert/protocol";
import { serverLimits } from "../limits.ts";
import type { Store } from "../store/index.ts";

/** What a node tells of itself with each beat. */
export interface NodeFigures {
  readonly agents: number;
  readonly relayBytes: number;
}

/** What nodes stand on. */
export interface NodesOptions {
  readonly store: Store;
  readonly nodeId: string;
  /** False for a store of one process, where nothing is written or read. */
  readonly isWritten: boolean;
  /** True where this node has no bus, and so bears no other beside it. */
  readonly isAlone: boolean;
  /** A hash over the secrets that all nodes must share. */
  readonly secretsMark: string;
  readonly figures: () => NodeFigures;
  readonly nowMs: () => number;
}

interface Seen extends NodeFigures {
  readonly secretsMark: string;
  readonly beat: number;
  /** Looks since the beat moved. */
  readonly looks: number;
}

export class Nodes {
  readonly nodeId: string;
  readonly #options: NodesOptions;
  readonly #startedAt: number;
  readonly #listeners = new Set<(nodeId: string, isAlive: boolean) => void>();
  #seen: ReadonlyMap<string, Seen> = new Map();
  #beat = 0;

  constructor(options: NodesOptions) {
    this.#options = options;
    this.nodeId = options.nodeId;
    this.#startedAt = options.nowMs();
  }

  /** Writes this node down. Throws `policy` where a living node has other secrets, or one of the two has no bus. */
  async join(): Promise<void> {
    if (!this.#options.isWritten) return;
    await this.look();
    const first = this.#seen;
    if (!this.#hasStranger(() => true)) return;
    // One that died a moment ago is in the table still: a stranger is one whose beat moves.
    await new Promise((resolve) => setTimeout(resolve, 2 * serverLimits.nodeBeatMs));
    await this.look();
    if (!this.#hasStranger((nodeId, { beat }) => beat !== first.get(nodeId)?.beat)) return;
    await this.leave();
    throw new TunnelError(
      "policy",
      "Another node works on this database with other secrets, or without a bus to this one.",
      {
        hint: "Give all nodes the same CULVERT_NATS_URL, CULVERT_SIGNING_KEY_FILE and CULVERT_COOKIE_SECRET_FILE.",
      },
    );
  }

  /** True for this node, and for another while its beat moves. */
  isAlive(nodeId: string | null): boolean {
    if (nodeId === this.nodeId) return true;
    const seen = nodeId === null ? undefined : this.#seen.get(nodeId);
    return seen !== undefined && seen.looks < serverLimits.nodeLooks;
  }

  /** How many live, this one included, and what they told of themselves last. */
  count(): { readonly nodes: number; readonly agents: number; readonly relayBytes: number } {
    const own = this.#options.figures();
    const others = [...this.#seen].filter(([nodeId]) => nodeId !== this.nodeId && this.isAlive(nodeId));
    const sum = (pick: (figures: NodeFigures) => number) =>
      others.reduce((total, [, seen]) => total + pick(seen), pick(own));
    return {
      nodes: others.length + 1,
      agents: sum(({ agents }) => agents),
      relayBytes: sum((node) => node.relayBytes),
    };
  }

  /** Calls `listener` when another node dies or is found, until the returned function is called. */
  watch(listener: (nodeId: string, isAlive: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One beat and one look. Rejects where the store does not answer. */
  async look(): Promise<void> {
    const { store, secretsMark, figures, isWritten } = this.#options;
    if (!isWritten) return;
    this.#beat += 1;
    const told = { beat: this.#beat, ...figures() };
    await store.queries
      .insertInto("nodes")
      .values({ nodeId: this.nodeId, startedAt: this.#startedAt, secretsMark, ...told })
      .onConflict((conflict) => conflict.column("nodeId").doUpdateSet(told))
      .execute();
    const before = this.#seen;
    const rows = await store.queries.selectFrom("nodes").selectAll().execute();
    this.#seen = new Map(
      rows.map((row): [string, Seen] => {
        const earlier = before.get(row.nodeId);
        return [row.nodeId, { ...row, looks: earlier?.beat === row.beat ? earlier.looks + 1 : 0 }];
      }),
    );
    await this.#forgetDead();
    this.#tell(before);
  }

  /** Takes this node out. */
  async leave(): Promise<void> {
    if (!this.#options.isWritten) return;
    await this.#options.store.queries.deleteFrom("nodes").where("nodeId", "=", this.nodeId).execute();
  }

  #hasStranger(isLiving: (nodeId: string, seen: Seen) => boolean): boolean {
    const { isAlone, secretsMark } = this.#options;
    return [...this.#seen].some(
      ([nodeId, seen]) =>
        nodeId !== this.nodeId && (isAlone || seen.secretsMark !== secretsMark) && isLiving(nodeId, seen),
    );
  }

  #tell(before: ReadonlyMap<string, Seen>): void {
    for (const nodeId of new Set([...before.keys(), ...this.#seen.keys()])) {
      const seen = before.get(nodeId);
      const wasAlive = seen !== undefined && seen.looks < serverLimits.nodeLooks;
      if (nodeId === this.nodeId || wasAlive === this.isAlive(nodeId)) continue;
      for (const listener of [...this.#listeners]) listener(nodeId, !wasAlive);
    }
  }

  async #forgetDead(): Promise<void> {
    const dead = [...this.#seen].flatMap(([nodeId, { looks }]) =>
      looks > serverLimits.forgottenNodeLooks ? [nodeId] : [],
    );
    if (dead.length > 0) await this.#options.store.queries.deleteFrom("nodes").where("nodeId", "in", dead).execute();
  }
}
