/**
 * The memory that large messages of one tunnel may take while they are put together and until they are taken.
 * Invariant: granted seats never sum up to more than the room, and they are granted in the order of their asking.
 */

/** A place in the room for one message. */
export interface MessageSeat {
  /** Resolves when the message may grow to its length, or when the seat was given back before. */
  readonly granted: Promise<void>;
  /** Gives the place back, or stops waiting for it. Idempotent. */
  release(): void;
}

interface Waiter {
  readonly sizeBytes: number;
  grant(): void;
}

/** One per tunnel and side. */
export class MessageRoom {
  readonly #sizeBytes: number;
  #takenBytes = 0;
  readonly #waiting = new Set<Waiter>();

  /** `sizeBytes`: at least one message of the largest kind. */
  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  /** A place for a message of a known length, at once or as others leave. */
  take(sizeBytes: number): MessageSeat {
    let resolve = (): void => {};
    const granted = new Promise<void>((settle) => {
      resolve = settle;
    });
    let state: "waiting" | "granted" | "released" = "waiting";
    const waiter: Waiter = {
      sizeBytes,
      grant: () => {
        state = "granted";
        resolve();
      },
    };
    this.#waiting.add(waiter);
    this.#admit();
    const release = (): void => {
      if (state === "released") return;
      if (state === "granted") this.#takenBytes -= sizeBytes;
      state = "released";
      this.#waiting.delete(waiter);
      resolve();
      this.#admit();
    };
    return { granted, release };
  }

  #admit(): void {
    for (const waiter of this.#waiting) {
      if (this.#takenBytes + waiter.sizeBytes > this.#sizeBytes) return;
      this.#waiting.delete(waiter);
      this.#takenBytes += waiter.sizeBytes;
      waiter.grant();
    }
  }
}
