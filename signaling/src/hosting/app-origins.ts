/**
 * The web origins of services, one label each, in the place that the layout gives it. Invariant: a label is written down
 * before it is told to anybody and is never given to another account, server or service, so nobody inherits storage or a
 * worker.
 */
import { appOriginLabel } from "@culvert/protocol/signaling";
import { sha256 } from "../keys/index.ts";
import type { AppOriginsTable, Store } from "../store/index.ts";
import type { AppLayout } from "./app-layout.ts";

/** Whose app an origin is. */
export interface AppOriginOwner {
  readonly accountId: string;
  readonly serverId: string;
  readonly serviceId: string;
  readonly serviceName: string;
  /** Whose storage it is: the account itself where it is left out, or a share. */
  readonly principal?: string;
}

export class AppOrigins {
  readonly #store: Store;
  readonly #layout: AppLayout;
  readonly #nowMs: () => number;
  /** Labels never change, so a row that was read once is kept. */
  readonly #known = new Map<string, AppOriginsTable>();

  constructor(store: Store, layout: AppLayout, nowMs: () => number) {
    this.#store = store;
    this.#layout = layout;
    this.#nowMs = nowMs;
  }

  /** The origin of a service for an account; recorded at its first use. Rejects as the layout does. */
  async originOf(owner: AppOriginOwner): Promise<string> {
    const { accountId, serverId, serviceId, serviceName } = owner;
    const label = appOriginLabel(owner.principal ?? accountId, serverId, serviceId, serviceName, sha256);
    if ((await this.#row(label)) === undefined) {
      const row: AppOriginsTable = { label, accountId, serverId, serviceId, serviceName, createdAt: this.#nowMs() };
      await this.#store.queries
        .insertInto("appOrigins")
        .values(row)
        .onConflict((conflict) => conflict.column("label").doNothing())
        .execute();
      this.#known.set(label, row);
    }
    return this.#layout.originOf(label);
  }

  /** Whose app stands at a site's place (host-names.ts); undefined for a place that was never given. */
  async at(place: string): Promise<AppOriginsTable | undefined> {
    const label = await this.#layout.labelAt(place);
    return label === undefined ? undefined : this.#row(label);
  }

  /** A row's own origin. */
  urlOf({ label }: AppOriginsTable): Promise<string> {
    return this.#layout.originOf(label);
  }

  /** The row of a label that a request was counted for. */
  ofLabel(label: string): Promise<AppOriginsTable | undefined> {
    return this.#row(label);
  }

  async #row(label: string): Promise<AppOriginsTable | undefined> {
    const known = this.#known.get(label);
    if (known !== undefined) return known;
    const query = this.#store.queries.selectFrom("appOrigins").selectAll().where("label", "=", label);
    const row = await query.executeTakeFirst();
    if (row !== undefined) this.#known.set(label, row);
    return row;
  }
}
