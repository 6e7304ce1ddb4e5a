/** The bus of an installation of one node: nobody else listens, and what it tells itself arrives in the same turn. */
import type { Bus, BusAnswer, BusMessage } from "./bus.ts";

export class MemoryBus implements Bus {
  readonly isShared = false;
  readonly #listeners = new Map<string, Set<(message: BusMessage) => void>>();

  isUp(): boolean {
    return true;
  }

  publish(subject: string, data: Uint8Array): void {
    this.#deliver(subject, data, () => undefined);
  }

  async request(subject: string, data: Uint8Array): Promise<BusAnswer> {
    const answered = Promise.withResolvers<BusAnswer>();
    const isHeard = this.#deliver(subject, data, (answer) => answered.resolve({ type: "answer", data: answer }));
    return isHeard ? answered.promise : { type: "nobody" };
  }

  subscribe(subject: string, listener: (message: BusMessage) => void): () => void {
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(subject) === listeners) this.#listeners.delete(subject);
    };
  }

  watch(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }

  #deliver(subject: string, data: Uint8Array, answer: (data: Uint8Array) => void): boolean {
    const words = subject.split(".");
    let isHeard = false;
    for (const pattern of patternsOf(words)) {
      for (const listener of [...(this.#listeners.get(pattern) ?? [])]) {
        isHeard = true;
        listener({ subject, data, answer });
      }
    }
    return isHeard;
  }
}

/** The subject itself and with its last word as `*`, which is all that is listened to here. */
function patternsOf(words: readonly string[]): string[] {
  return [words.join("."), [...words.slice(0, -1), "*"].join(".")];
}
