/**
 * The ports of app origins. Invariant: a port is written down before it is told to anybody and belongs to one label for
 * good, on all nodes, so nobody inherits storage or a worker; where we listen ourselves, it is told once we do.
 */
import { TunnelError } from "@culvert/protocol";
import { type AppPortRange, isAppPort, portsOf, rangeText } from "../config/index.ts";
import type { Store } from "../store/index.ts";

/** Listens at ports of this machine. */
export interface PortListeners {
  /** `taken`: another program has it. Again is fine. */
  listen(port: number): Promise<"listening" | "taken">;
}

/** What they stand on. `listeners`: undefined where a proxy listens at the app ports. */
export interface AppPortsOptions {
  readonly store: Store;
  readonly range: AppPortRange;
  readonly listeners: PortListeners | undefined;
  readonly nowMs: () => number;
}

export class AppPorts {
  readonly #options: AppPortsOptions;
  /** Rows never change, so what was read once is kept. */
  readonly #labels = new Map<number, string>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: AppPortsOptions) {
    this.#options = options;
  }

  /**
   * The port of a label, given at the first question. Rejects with `limit-reached` where none is left, `unavailable`
   * where another program took it meanwhile.
   */
  portOf(label: string): Promise<number> {
    // One after the other: two at once would try to listen at the same port.
    const asked = this.#turn.then(() => this.#find(label));
    this.#turn = asked.catch(() => undefined);
    return asked;
  }

  /** Whose a port is; undefined where it is nobody's. */
  async labelAt(port: number): Promise<string | undefined> {
    if (!isAppPort(port, this.#options.range)) return undefined;
    if (!this.#labels.has(port)) await this.#read();
    return this.#labels.get(port);
  }

  /** Listens at all that were given; gives those that another program has. */
  async listenAtAll(): Promise<number[]> {
    await this.#read();
    const taken: number[] = [];
    for (const port of this.#labels.keys()) {
      if ((await this.#options.listeners?.listen(port)) === "taken") taken.push(port);
    }
    return taken;
  }

  async #find(label: string): Promise<number> {
    const { store, range, listeners, nowMs } = this.#options;
    const foreign = new Set<number>();
    for (;;) {
      if (this.#ownPort(label) === undefined) await this.#read();
      const own = this.#ownPort(label);
      if (own !== undefined) {
        if ((await listeners?.listen(own)) === "taken") throw takenMeanwhile(own);
        return own;
      }
      const port = portsOf(range).find((free) => !this.#labels.has(free) && !foreign.has(free));
      if (port === undefined) throw exhausted(range, foreign.size);
      if ((await listeners?.listen(port)) === "taken") foreign.add(port);
      else {
        // Where another node was quicker the next round reads whose it is.
        await store.queries
          .insertInto("appPorts")
          .values({ port, label, createdAt: nowMs() })
          .onConflict((conflict) => conflict.column("port").doNothing())
          .execute();
      }
    }
  }

  /** A label has more than one where the range was another one before; the lowest of this range counts. */
  #ownPort(label: string): number | undefined {
    const ports = [...this.#labels].filter(([, owner]) => owner === label).map(([port]) => port);
    return ports.length === 0 ? undefined : Math.min(...ports);
  }

  async #read(): Promise<void> {
    const { store, range } = this.#options;
    const rows = await store.queries.selectFrom("appPorts").select(["port", "label"]).execute();
    for (const { port, label } of rows) if (isAppPort(port, range)) this.#labels.set(port, label);
  }
}

function exhausted(range: AppPortRange, foreign: number): TunnelError {
  const others = foreign === 0 ? "" : `, or taken by other programs (${foreign})`;
  return new TunnelError("limit-reached", `Every app port of ${rangeText(range)} is given to an app${others}.`, {
    hint: "A port is never given to another app. Whoever runs this Culvert: widen CULVERT_APP_PORTS, and the proxy's ports with it.",
  });
}

function takenMeanwhile(port: number): TunnelError {
  return new TunnelError("unavailable", `Port ${port}, where this app has its place, is taken by another program.`, {
    hint: "Stop that program on the machine that runs Culvert, then open the app again.",
  });
}
