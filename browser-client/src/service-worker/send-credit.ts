/** How much a side may send: an absolute limit that the other side raises. Invariant: sent never passes the limit. */
export class SendCredit {
  #limit: number;
  #sent = 0;
  #waiting: (() => void) | undefined;

  constructor(initialLimitBytes: number) {
    this.#limit = initialLimitBytes;
  }

  /** Raises the limit; a lower or equal one changes nothing. */
  grant(limitBytes: number): void {
    if (limitBytes <= this.#limit) return;
    this.#limit = limitBytes;
    this.#waiting?.();
  }

  /** Resolves with 1 to `wantedBytes` that may be sent now and counts them as sent. One call at a time. */
  async take(wantedBytes: number): Promise<number> {
    while (this.#sent >= this.#limit) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    const taken = Math.min(wantedBytes, this.#limit - this.#sent);
    this.#sent += taken;
    return taken;
  }
}
