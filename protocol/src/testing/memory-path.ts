/**
 * Two ends of a pipe in memory, for tests and benchmarks.
 * Invariant: it keeps the path contract; with a clock, messages take exactly the time that its options say.
 */
import type { Code } from "../codes.ts";
import type { Clock } from "../endpoint/clock.ts";
import type { Path, PathHandlers, PathKind } from "../endpoint/path.ts";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";

/** How the pipe behaves. */
export interface MemoryPathOptions {
  readonly kind?: PathKind;
  readonly maxMessageBytes?: number;
  readonly queueBytes?: number;
  /** Without a clock messages arrive as soon as the sender's turn is over. */
  readonly clock?: Clock;
  /** Time that a message takes; needs a clock. */
  readonly delayMs?: number;
  /** Sees every message on its way: returns what arrives, or undefined to lose it. */
  readonly tamper?: (message: Uint8Array, from: "first" | "second") => Uint8Array | undefined;
}

/** Both ends of a pipe, and what tests do to it. */
export interface MemoryPathPair {
  readonly first: Path;
  readonly second: Path;
  /** Breaks the pipe: both ends are told, messages under way are lost. */
  cut(): void;
  /** Messages vanish from now on, and nobody is told. */
  blackHole(): void;
}

/** A pipe in memory. */
export function createMemoryPathPair(options: MemoryPathOptions = {}): MemoryPathPair {
  const first = new MemoryPath(options, "first");
  const second = new MemoryPath(options, "second");
  first.peer = second;
  second.peer = first;
  return {
    first,
    second,
    cut: () => {
      first.hear("network", "the pipe was cut");
      second.hear("network", "the pipe was cut");
    },
    blackHole: () => {
      first.isBlackHole = true;
      second.isBlackHole = true;
    },
  };
}

class MemoryPath implements Path {
  readonly kind: PathKind;
  readonly maxMessageBytes: number;
  readonly queueBytes: number;
  peer: MemoryPath | undefined;
  isBlackHole = false;
  readonly #options: MemoryPathOptions;
  readonly #side: "first" | "second";
  #handlers: PathHandlers | undefined;
  #isClosed = false;
  #bufferedBytes = 0;
  /** Messages under way to the peer, in order. */
  #underWay: Uint8Array[] = [];
  #hasDelivery = false;
  /** What came before the handlers did. */
  #early: ((handlers: PathHandlers) => void)[] = [];

  constructor(options: MemoryPathOptions, side: "first" | "second") {
    this.#options = options;
    this.#side = side;
    this.kind = options.kind ?? "direct";
    this.maxMessageBytes = options.maxMessageBytes ?? limits.dataChannelMessageBytes;
    this.queueBytes = options.queueBytes ?? limits.channelQueueBytes;
  }

  bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  send(message: Uint8Array): void {
    if (message.length > this.maxMessageBytes) {
      throw new TunnelError("limit-reached", `a message of ${message.length} bytes, ${this.maxMessageBytes} allowed`, {
        scope: "path",
      });
    }
    if (this.#isClosed) return;
    this.#bufferedBytes += message.length;
    const arriving = this.#options.tamper === undefined ? message : this.#options.tamper(message, this.#side);
    const { clock, delayMs = 0 } = this.#options;
    if (clock !== undefined) {
      clock.setTimer(delayMs, () => this.#deliver(message.length, arriving));
      return;
    }
    this.#underWay.push(arriving ?? lost);
    if (this.#hasDelivery) return;
    this.#hasDelivery = true;
    Promise.resolve().then(() => this.#deliverAll());
  }

  attach(handlers: PathHandlers): void {
    if (this.#handlers !== undefined) throw new TunnelError("internal", "a path has one user", { scope: "path" });
    this.#handlers = handlers;
    const early = this.#early;
    this.#early = [];
    for (const tell of early) tell(handlers);
  }

  close(code: Code, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { peer } = this;
    const { clock, delayMs = 0 } = this.#options;
    // The end follows the messages before it.
    const tellPeer = (): void => peer?.hear(code, reason);
    if (clock !== undefined) clock.setTimer(delayMs, tellPeer);
    else Promise.resolve().then(tellPeer);
  }

  /** The other end, or the network, closed the pipe. */
  hear(code: Code, reason: string): void {
    if (this.#isClosed || this.isBlackHole) return;
    this.#isClosed = true;
    this.#tell((handlers) => handlers.onClose(code, reason));
  }

  #deliverAll(): void {
    const underWay = this.#underWay;
    this.#underWay = [];
    this.#hasDelivery = false;
    for (const message of underWay) this.#deliver(message.length, message === lost ? undefined : message);
  }

  #deliver(sentBytes: number, message: Uint8Array | undefined): void {
    const half = this.queueBytes / 2;
    const wasFull = this.#bufferedBytes > half;
    this.#bufferedBytes -= sentBytes;
    if (message !== undefined && !this.isBlackHole) this.peer?.take(message);
    if (wasFull && this.#bufferedBytes <= half && !this.#isClosed) this.#tell((handlers) => handlers.onDrain());
  }

  /** A message arrives. */
  take(message: Uint8Array): void {
    if (!this.#isClosed) this.#tell((handlers) => handlers.onMessage(message));
  }

  #tell(tell: (handlers: PathHandlers) => void): void {
    if (this.#handlers === undefined) this.#early.push(tell);
    else tell(this.#handlers);
  }
}

const lost = new Uint8Array(0);
