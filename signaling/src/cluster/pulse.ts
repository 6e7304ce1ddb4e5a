/**
 * What a node does every few seconds: beat, look at the others, hear what it missed, write what could not be written.
 * Invariant: one round at a time, and a store that is down is asked again by the next round.
 */
import { serverLimits } from "../limits.ts";
import type { Logger } from "../log/index.ts";

/** Work of a round. `every`: in each so-many-th round alone. Rejects where the store does not answer. */
export interface PulseTask {
  readonly every: number;
  run(): Promise<void>;
}

export class Pulse {
  readonly #log: Logger;
  readonly #tasks: PulseTask[] = [];
  readonly #unwritten = new Map<string, () => Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #rounds = 0;
  #isRunning = false;
  #isFailing = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Adds work, done after what was added before. */
  add(task: PulseTask): void {
    this.#tasks.push(task);
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (!this.#isRunning) this.#round = this.#run();
    }, serverLimits.nodeBeatMs);
  }

  /** Runs a write; where the store does not take it now, again with later rounds until it is taken. `name`: a newer write of the same name takes its place. */
  async write(name: string, work: () => Promise<void>): Promise<void> {
    this.#unwritten.delete(name);
    try {
      await work();
    } catch (thrown) {
      this.#unwritten.set(name, work);
      this.#failed(thrown);
    }
  }

  /** Ends the pulse after the round that runs. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (const task of this.#tasks) if (this.#rounds % task.every === 0) await task.run();
      for (const [name, work] of [...this.#unwritten]) {
        await work();
        if (this.#unwritten.get(name) === work) this.#unwritten.delete(name);
      }
      this.#rounds += 1;
      if (this.#isFailing) this.#log.info("the store answers again");
      this.#isFailing = false;
    } catch (thrown) {
      this.#failed(thrown);
    } finally {
      this.#isRunning = false;
    }
  }

  #failed(thrown: unknown): void {
    if (!this.#isFailing) this.#log.error({ err: thrown }, "the store does not answer");
    this.#isFailing = true;
  }
}
