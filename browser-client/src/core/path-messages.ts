/** Hands messages about path attempts to whoever runs the attempt, by path id. */

/** Messages of one attempt, by its path id, both ways. */
export interface AttemptLink<Incoming, Outgoing> {
  send(message: Outgoing): void;
  /** Sets who hears of this attempt; returns what removes it. */
  listen(pathId: number, listener: (message: Incoming) => void): () => void;
}

/** A link whose incoming side is fed by `deliver`; messages of attempts that are over are dropped. */
export class PathMessages<Incoming extends { readonly pathId: number }, Outgoing>
  implements AttemptLink<Incoming, Outgoing>
{
  readonly #send: (message: Outgoing) => void;
  readonly #listeners = new Map<number, (message: Incoming) => void>();

  constructor(send: (message: Outgoing) => void) {
    this.#send = send;
  }

  send(message: Outgoing): void {
    this.#send(message);
  }

  listen(pathId: number, listener: (message: Incoming) => void): () => void {
    this.#listeners.set(pathId, listener);
    return () => this.#listeners.delete(pathId);
  }

  /** A message came. */
  deliver(message: Incoming): void {
    this.#listeners.get(message.pathId)?.(message);
  }
}
