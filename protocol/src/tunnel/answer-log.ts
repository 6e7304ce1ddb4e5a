/**
 * Answers that went out on a path and that nobody would repeat, because the stream they are about is over here.
 * Invariant: an answer is here until a PONG shows that the path delivered it; paths are ordered, so a PONG shows
 * that everything before its PING arrived.
 */

/** An answer to the peer about a stream. `offset` of an ACK covers END. */
export type Answer =
  | { readonly type: "ack"; readonly id: number; readonly offset: number }
  | { readonly type: "reset-ack"; readonly id: number }
  | { readonly type: "stop-ack"; readonly id: number };

/** A peer that does not answer PINGs loses the oldest answers beyond this; it harms only itself. */
const answersKept = 4_096;

/** So many answers are worth a PING of their own. */
const answersPerPing = 256;

/** The unconfirmed answers of one path. */
export class AnswerLog {
  /** Sent since the last PING. */
  #recent: Answer[] = [];
  /** Sent before the PING that waits for its PONG. */
  #asked: Answer[] = [];

  /** True where a PING should go, so that the log stays short. */
  get wantsPing(): boolean {
    return this.#recent.length >= answersPerPing && this.#asked.length === 0;
  }

  add(answer: Answer): void {
    this.#recent.push(answer);
    if (this.#recent.length > answersKept) this.#recent.shift();
  }

  /** A PING goes out. */
  ping(): void {
    this.#asked = [...this.#asked, ...this.#recent].slice(-answersKept);
    this.#recent = [];
  }

  /** The last PING was answered. */
  pong(): void {
    this.#asked = [];
  }

  /** All that may not have arrived. */
  unconfirmed(): readonly Answer[] {
    return [...this.#asked, ...this.#recent];
  }
}
