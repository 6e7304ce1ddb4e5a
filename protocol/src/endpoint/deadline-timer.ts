/**
 * One timer for the next deadline.
 * Invariant: it never fires later than the last deadline set (but for a late platform); it may fire early.
 */
import type { Clock } from "./clock.ts";

/** Re-arms only for an earlier deadline, since deadlines mostly move away with every message. */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #onDue: (lateMs: number) => void;
  #armed: { readonly dueMs: number; readonly cancel: () => void } | undefined;

  /** `onDue` is told how late the platform called. */
  constructor(clock: Clock, onDue: (lateMs: number) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Asks for a call at `deadlineMs`; infinite asks for none but keeps an earlier one. */
  set(deadlineMs: number): void {
    if (deadlineMs === Number.POSITIVE_INFINITY) return;
    if (this.#armed !== undefined) {
      if (this.#armed.dueMs <= deadlineMs) return;
      this.#armed.cancel();
    }
    const cancel = this.#clock.setTimer(Math.max(0, deadlineMs - this.#clock.nowMs()), () => {
      this.#armed = undefined;
      this.#onDue(this.#clock.nowMs() - deadlineMs);
    });
    this.#armed = { dueMs: deadlineMs, cancel };
  }

  cancel(): void {
    this.#armed?.cancel();
    this.#armed = undefined;
  }
}
