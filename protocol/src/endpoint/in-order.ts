/**
 * Results now or later, handed on in the order in which they were begun.
 * Invariant: while nothing is asynchronous, everything is handed on at once and no promise is made.
 */
import type { Awaitable } from "../seal/primitives.ts";

type Outcome<T> =
  | { readonly type: "waiting" }
  | { readonly type: "ready"; readonly value: T }
  | { readonly type: "failed"; readonly thrown: unknown };

/** One place in the queue; its outcome is settled once. */
interface Slot<T> {
  outcome: Outcome<T>;
}

/** Hands on values in the order of `push`; after the first failure or `stop` it hands on nothing. */
export class InOrder<T> {
  readonly #onValue: (value: T) => void;
  readonly #onFailure: (thrown: unknown) => void;
  #slots: Slot<T>[] = [];
  #isOver = false;

  constructor(onValue: (value: T) => void, onFailure: (thrown: unknown) => void) {
    this.#onValue = onValue;
    this.#onFailure = onFailure;
  }

  /** Begins one value; a throw takes its place in the order like a rejection. */
  push(begin: () => Awaitable<T>): void {
    if (this.#isOver) return;
    let value: Awaitable<T>;
    try {
      value = begin();
    } catch (thrown) {
      this.#slots.push({ outcome: { type: "failed", thrown } });
      this.#handOn();
      return;
    }
    if (value instanceof Promise) this.#wait(value);
    else if (this.#slots.length === 0) this.#onValue(value);
    else this.#slots.push({ outcome: { type: "ready", value } });
  }

  stop(): void {
    this.#isOver = true;
    this.#slots = [];
  }

  #wait(promise: Promise<T>): void {
    const slot: Slot<T> = { outcome: { type: "waiting" } };
    this.#slots.push(slot);
    const settle = (outcome: Outcome<T>): void => {
      slot.outcome = outcome;
      this.#handOn();
    };
    promise.then(
      (value) => settle({ type: "ready", value }),
      (thrown: unknown) => settle({ type: "failed", thrown }),
    );
  }

  #handOn(): void {
    for (let slot = this.#slots[0]; slot !== undefined; slot = this.#slots[0]) {
      const { outcome } = slot;
      if (outcome.type === "waiting") return;
      this.#slots.shift();
      if (outcome.type === "ready") {
        this.#onValue(outcome.value);
      } else {
        this.stop();
        this.#onFailure(outcome.thrown);
      }
    }
  }
}
