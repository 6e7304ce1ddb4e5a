/** The first bytes of a body, kept for the log. Invariant: never more than `mostBytes`, whatever passes. */
export class KeptBody {
  readonly #mostBytes: number;
  readonly #parts: Uint8Array[] = [];
  #keptBytes = 0;
  #sizeBytes = 0;
  #isEnded = false;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** All that passed. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** True once the body's end has passed: what broke off before never says so. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** True where nothing is missing of what passed. */
  get isWhole(): boolean {
    return this.#keptBytes === this.#sizeBytes;
  }

  /** Copies what still fits. */
  take(bytes: Uint8Array): void {
    this.#sizeBytes += bytes.length;
    const room = this.#mostBytes - this.#keptBytes;
    if (room <= 0) return;
    const part = bytes.slice(0, room);
    this.#parts.push(part);
    this.#keptBytes += part.length;
  }

  end(): void {
    this.#isEnded = true;
  }

  /** A copy of what is kept. */
  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }
}
