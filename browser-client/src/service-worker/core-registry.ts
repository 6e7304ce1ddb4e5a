/**
 * Which core answers: the newest that is alive. A worker loses all of its ports when the browser stops it, so whoever
 * needs one asks the couriers and waits. Invariant: a waiter gets a living core or, after its time, none.
 */
import { CoreConnection, type CoreHello } from "./core-connection.ts";

/** A core that has said hello. */
export interface LivingCore {
  readonly connection: CoreConnection;
  readonly hello: CoreHello;
}

/** No page was seen to hold a core for so many ticks in a row: a page that is just being replaced is missed once. */
const unheldTicks = 2;

/**
 * `requestPort` asks every courier for a fresh port; `whenFree` resolves when a lock is free, and never after its signal
 * aborted; `onPageGone` is told the lock of a page that went with its core.
 */
export interface CoreRegistryOptions {
  requestPort(): void;
  whenFree(lock: string, signal: AbortSignal): Promise<void>;
  onPageGone(lock: string): void;
}

export class CoreRegistry {
  readonly #options: CoreRegistryOptions;
  /** Oldest first. */
  #cores: readonly LivingCore[] = [];
  #unheldTicks = 0;
  readonly #waiters = new Set<(core: LivingCore | undefined) => void>();

  constructor(options: CoreRegistryOptions) {
    this.#options = options;
  }

  /** The newest living core, or undefined. */
  get current(): LivingCore | undefined {
    return this.#cores.at(-1);
  }

  /** True where a core with this boot id is alive. */
  has(bootId: string): boolean {
    return this.#cores.some(({ hello }) => hello.bootId === bootId);
  }

  /** Takes a port; resolves with the core's hello, or undefined where it went before. */
  add(port: MessagePort): Promise<CoreHello | undefined> {
    return new Promise((resolve) => {
      const connection = new CoreConnection(port, {
        whenFree: async (lock, signal) => {
          await this.#options.whenFree(lock, signal);
          this.#options.onPageGone(lock);
        },
        onReady: (hello) => {
          const core = { connection, hello };
          this.#cores = [...this.#cores, core];
          for (const waiter of [...this.#waiters]) waiter(core);
          resolve(hello);
        },
        onGone: () => {
          this.#cores = this.#cores.filter((core) => core.connection !== connection);
          resolve(undefined);
        },
      });
    });
  }

  /** The newest living core, waiting for one until `signal` aborts; then undefined. Asks for a port where it waits. */
  whenReady(signal: AbortSignal): Promise<LivingCore | undefined> {
    if (this.current !== undefined || signal.aborted) return Promise.resolve(this.current);
    return new Promise((resolve) => {
      const settle = (core: LivingCore | undefined) => {
        this.#waiters.delete(settle);
        signal.removeEventListener("abort", giveUp);
        resolve(core);
      };
      const giveUp = () => settle(undefined);
      this.#waiters.add(settle);
      signal.addEventListener("abort", giveUp);
      this.#options.requestPort();
    });
  }

  /** A step of the watch over silent cores and over whether a page holds one; asks again for a port while somebody waits. */
  tick(isHeld = true): void {
    this.#unheldTicks = isHeld ? 0 : this.#unheldTicks + 1;
    if (this.#unheldTicks >= unheldTicks) this.#closeUnlocked();
    for (const { connection } of this.#cores) connection.tick();
    if (this.#waiters.size > 0) this.#options.requestPort();
  }

  /** A page whose lock is held lives, whether it is seen among the clients or not. */
  #closeUnlocked(): void {
    for (const { connection, hello } of this.#cores) {
      if (hello.lock === undefined) connection.close("closed", "The dashboard's tab was closed.");
    }
  }
}
