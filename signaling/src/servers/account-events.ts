/**
 * Who watches the servers of which account, on this node and on others. Invariant: another node's event is a hint; what
 * watchers are told is read from the store when it comes, one hint of an account after the other.
 */
import { type ServerEvent, type ServerId, serverIdSchema } from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Bus, fromBusJson, toBusJson } from "../bus/index.ts";
import { Watchers } from "../watchers.ts";

/** What another node's event becomes here; undefined where there is nothing to tell. Must not reject. */
export type ReadEvent = (accountId: string, serverId: ServerId) => Promise<ServerEvent | undefined>;

const hintSchema = z.object({ from: z.string(), serverId: serverIdSchema });

export class AccountEvents {
  readonly #bus: Bus;
  readonly #nodeId: string;
  readonly #watchers = new Watchers<ServerEvent>();
  /** How to stop listening for hints of each account that is watched here. */
  readonly #listening = new Map<string, () => void>();
  #read: ReadEvent = async () => undefined;

  constructor(bus: Bus, nodeId: string) {
    this.#bus = bus;
    this.#nodeId = nodeId;
  }

  /** Says how hints are read; set once, before the first watcher. */
  readHintsBy(read: ReadEvent): void {
    this.#read = read;
  }

  /** Calls `listener` for each event of an account until the returned function is called. It must not throw. */
  watch(accountId: string, listener: (event: ServerEvent) => void): () => void {
    if (!this.#listening.has(accountId)) this.#listening.set(accountId, this.#listen(accountId));
    const unwatch = this.#watchers.watch(accountId, listener);
    return () => {
      unwatch();
      if (this.#watchers.count(accountId) > 0) return;
      this.#listening.get(accountId)?.();
      this.#listening.delete(accountId);
    };
  }

  /** Tells watchers here, and hints to other nodes. */
  publish(accountId: string, event: ServerEvent): void {
    this.publishHere(accountId, event);
    if (!this.#bus.isShared || event.type === "servers") return;
    const serverId = event.type === "server" ? event.server.serverId : event.serverId;
    this.#bus.publish(subjectOf(accountId), toBusJson({ from: this.#nodeId, serverId }));
  }

  /** Tells watchers of this node alone. */
  publishHere(accountId: string, event: ServerEvent): void {
    this.#watchers.publish(accountId, event);
  }

  /** How many watch an account here. */
  count(accountId: string): number {
    return this.#watchers.count(accountId);
  }

  /** Accounts that are watched here. */
  watched(): readonly string[] {
    return [...this.#listening.keys()];
  }

  #listen(accountId: string): () => void {
    if (!this.#bus.isShared) return () => undefined;
    let reading = Promise.resolve();
    return this.#bus.subscribe(subjectOf(accountId), ({ data }) => {
      const hint = hintSchema.safeParse(fromBusJson(data));
      if (!hint.success || hint.data.from === this.#nodeId) return;
      reading = reading.then(async () => {
        const event = await this.#read(accountId, hint.data.serverId);
        if (event !== undefined) this.publishHere(accountId, event);
      });
    });
  }
}

/** Account ids are the auth library's own: what is no plain word is not put into a subject. */
function subjectOf(accountId: string): string {
  return `account.${Buffer.from(accountId, "utf8").toString("base64url")}`;
}
