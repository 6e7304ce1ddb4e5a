/**
 * The servers of each account: rows joined with who is connected. Every change is published to the account's watchers.
 */
import { TunnelError } from "@culvert/protocol";
import type { AgentPresence, ChangeServer, ServerEvent, ServerId, ServerView } from "@culvert/protocol/signaling";
import { type Actor, appendAudit } from "../audit/index.ts";
import type { Nodes } from "../cluster/index.ts";
import type { ServersTable, Store } from "../store/index.ts";
import type { AccountEvents } from "./account-events.ts";
import type { Attachment, Attachments } from "./attachments.ts";
import { serverViewOf } from "./server-state.ts";

/** What the directory stands on. */
export interface ServerDirectoryOptions {
  readonly store: Store;
  readonly attachments: Attachments;
  readonly nodes: Pick<Nodes, "nodeId" | "isAlive">;
  readonly events: AccountEvents;
  readonly nowMs: () => number;
}

export type { Actor };

/** What an agent told when it said hello. */
export interface Hello {
  readonly presence: AgentPresence;
  readonly versions: { readonly min: number; readonly max: number };
}

export class ServerDirectory {
  readonly #options: ServerDirectoryOptions;

  constructor(options: ServerDirectoryOptions) {
    this.#options = options;
  }

  /** Servers of an account, in the order of enrolment. */
  async list(accountId: string): Promise<ServerView[]> {
    const rows = await this.#options.store.queries
      .selectFrom("servers")
      .selectAll()
      .where("accountId", "=", accountId)
      .where("removedAt", "is", null)
      .orderBy("enrolledAt")
      .orderBy("serverId")
      .execute();
    return rows.map((row) => this.#view(row));
  }

  /** One server of an account; throws `not-found`. */
  async find(accountId: string, serverId: ServerId): Promise<{ row: ServersTable; view: ServerView }> {
    const row = await this.enrolled(serverId);
    if (row === undefined || row.accountId !== accountId) throw noSuchServer();
    return { row, view: this.#view(row) };
  }

  /** The row of an enrolled server of whichever account; undefined for an unknown or removed one. */
  async enrolled(serverId: ServerId): Promise<ServersTable | undefined> {
    return this.#options.store.queries
      .selectFrom("servers")
      .selectAll()
      .where("serverId", "=", serverId)
      .where("removedAt", "is", null)
      .executeTakeFirst();
  }

  /** Sets the owner's own name for a server, its group (empty: none), or both; throws `not-found`. */
  async change(actor: Actor, serverId: ServerId, { label, group }: ChangeServer): Promise<ServerView> {
    const named = label === undefined ? {} : { ownerLabel: label };
    const grouped = group === undefined ? {} : { ownerGroup: group === "" ? null : group };
    const told = group === undefined ? {} : { group };
    return this.publish(await this.#change(actor, serverId, "rename", { ...named, ...grouped }, told));
  }

  /** Takes a server out of the account; throws `not-found`. Its sessions and socket are the caller's to end. */
  async remove(actor: Actor, serverId: ServerId): Promise<void> {
    await this.#change(actor, serverId, "remove", { removedAt: this.#options.nowMs(), presence: null });
    this.#options.events.publish(actor.accountId, { type: "server-removed", serverId });
  }

  /** Records a hello as a new attachment and gives its generation; undefined for a server removed meanwhile. */
  async greet(serverId: ServerId, { presence, versions }: Hello): Promise<number | undefined> {
    const row = await this.#options.store.queries
      .updateTable("servers")
      .set({
        ...presenceColumns(presence),
        minVersion: versions.min,
        maxVersion: versions.max,
        lastConnectedAt: this.#options.nowMs(),
        nodeId: this.#options.nodes.nodeId,
        endedAt: null,
      })
      .set((column) => ({ generation: column("generation", "+", 1) }))
      .where("serverId", "=", serverId)
      .where("removedAt", "is", null)
      .returning("generation")
      .executeTakeFirst();
    return row?.generation;
  }

  /** True where an agent with this identity is attached now, at whichever node. */
  isConnected({ serverId, nodeId }: ServersTable): boolean {
    const { attachments, nodes } = this.#options;
    if (attachments.get(serverId as ServerId) !== undefined) return true;
    return nodeId !== nodes.nodeId && nodes.isAlive(nodeId);
  }

  /** Keeps the versions of an agent that is too old or too new to attach, so that the list can say so. */
  async turnAway(serverId: ServerId, versions: Hello["versions"]): Promise<void> {
    const row = await this.#update(serverId, { minVersion: versions.min, maxVersion: versions.max });
    if (row !== undefined) this.publish(row);
  }

  /** Records what a connected agent tells of itself; what a superseded one told is dropped. */
  async updatePresence(attachment: Attachment, presence: AgentPresence): Promise<void> {
    const row = await this.#update(attachment.serverId, presenceColumns(presence), attachment.generation);
    if (row !== undefined) this.publish(row);
  }

  /** Records that an agent was there until now. `ended`: it said goodbye, it did not just fall silent. */
  async detach({ serverId, generation }: Attachment, ended: boolean): Promise<void> {
    const nowMs = this.#options.nowMs();
    const columns = { lastConnectedAt: nowMs, nodeId: null, endedAt: ended ? nowMs : null };
    const row = await this.#update(serverId, columns, generation);
    if (row !== undefined) this.publish(row);
  }

  /** What an account's watchers are told of a server as it stands now: it may be gone. */
  async event(accountId: string, serverId: ServerId): Promise<ServerEvent> {
    const row = await this.enrolled(serverId);
    if (row === undefined || row.accountId !== accountId) return { type: "server-removed", serverId };
    return { type: "server", server: this.#view(row) };
  }

  /** Tells an account's watchers at this node all of it again, for events that may have been missed. */
  async publishAll(accountId: string): Promise<void> {
    this.#options.events.publishHere(accountId, { type: "servers", servers: await this.list(accountId) });
  }

  /** Tells the account's watchers how a server is now. */
  publish(row: ServersTable): ServerView {
    const server = this.#view(row);
    this.#options.events.publish(row.accountId, { type: "server", server });
    return server;
  }

  #view(row: ServersTable): ServerView {
    return serverViewOf(row, this.isConnected(row));
  }

  /** Changes a server that is enrolled, where a generation is given only while that one is the newest. */
  async #update(serverId: ServerId, columns: Partial<ServersTable>, generation?: number) {
    return this.#options.store.queries
      .updateTable("servers")
      .set(columns)
      .where("serverId", "=", serverId)
      .where("removedAt", "is", null)
      .$if(generation !== undefined, (query) => query.where("generation", "=", generation ?? 0))
      .returningAll()
      .executeTakeFirst();
  }

  async #change(
    actor: Actor,
    serverId: ServerId,
    action: "rename" | "remove",
    columns: Partial<ServersTable>,
    told: Readonly<Record<string, string>> = {},
  ) {
    return this.#options.store.queries.transaction().execute(async (transaction) => {
      const row = await transaction
        .updateTable("servers")
        .set(columns)
        .where("serverId", "=", serverId)
        .where("accountId", "=", actor.accountId)
        .where("removedAt", "is", null)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw noSuchServer();
      const details = { label: row.ownerLabel ?? row.label, ...told };
      await appendAudit(transaction, { ...actor, action, subject: serverId, details, nowMs: this.#options.nowMs() });
      return row;
    });
  }
}

function presenceColumns(presence: AgentPresence): Partial<ServersTable> {
  return { label: presence.label, presence: JSON.stringify(presence) };
}

function noSuchServer(): TunnelError {
  return new TunnelError("not-found", "There is no such server in your account.", {
    hint: "It may have been removed: look at the list.",
  });
}
