/** A bucket of bytes that fills at a rate: what the relay carries of a session, and how often an agent may talk. */

export class ByteBudget {
  readonly #capacity: number;
  readonly #perMinute: number;
  #left: number;
  #filledAtMs: number;

  /** Full at first. */
  constructor(capacity: number, perMinute: number, nowMs: number) {
    this.#capacity = capacity;
    this.#perMinute = perMinute;
    this.#left = capacity;
    this.#filledAtMs = nowMs;
  }

  /** Takes an amount; false, taking nothing, where there is less. */
  take(amount: number, nowMs: number): boolean {
    const filled = this.#left + (Math.max(0, nowMs - this.#filledAtMs) / 60_000) * this.#perMinute;
    this.#left = Math.min(this.#capacity, filled);
    this.#filledAtMs = nowMs;
    if (amount > this.#left) return false;
    this.#left -= amount;
    return true;
  }
}
