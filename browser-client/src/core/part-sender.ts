/**
 * Sends an answer's messages to its service worker. Each message costs both sides a task, so a head waits a moment for what
 * comes with it: a small answer leaves as one message. Invariant: messages leave in the order in which they were posted.
 */
import type { Clock } from "@culvert/protocol/endpoint";
import { chunkBytes, type HttpToServiceWorker } from "../ports/http-port.ts";
import type { ExchangePort } from "./exchange-context.ts";

/** How messages leave. */
export interface PartSenderOptions {
  readonly port: ExchangePort<HttpToServiceWorker>;
  readonly clock: Clock;
  /** The worker said that it takes several in one. */
  readonly mayJoin: boolean;
}

/** One answer's way out. */
export class PartSender {
  readonly #options: PartSenderOptions;
  #parts: HttpToServiceWorker[] = [];
  #transfer: Transferable[] = [];
  #heldBytes = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(options: PartSenderOptions) {
    this.#options = options;
  }

  /** Posts a message, now or with what follows it in this moment. */
  post(message: HttpToServiceWorker, transfer: Transferable[] = []): void {
    const { port, clock, mayJoin } = this.#options;
    if (!mayJoin || (this.#parts.length === 0 && message.type !== "head")) {
      port.postMessage(message, transfer);
      return;
    }
    this.#parts.push(message);
    this.#transfer.push(...transfer);
    if (message.type === "head") this.#cancelTimer = clock.setTimer(0, () => this.#flush());
    else if (message.type === "chunk") this.#heldBytes += message.bytes.length;
    else this.#flush();
    if (this.#heldBytes >= chunkBytes) this.#flush();
  }

  /** What waits is dropped. */
  stop(): void {
    this.#take();
  }

  /** What waits leaves now. */
  #flush(): void {
    const { parts, transfer } = this.#take();
    const [only, ...others] = parts;
    if (only === undefined) return;
    this.#options.port.postMessage(others.length === 0 ? only : { type: "parts", parts }, transfer);
  }

  #take(): { readonly parts: readonly HttpToServiceWorker[]; readonly transfer: Transferable[] } {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const taken = { parts: this.#parts, transfer: this.#transfer };
    [this.#parts, this.#transfer, this.#heldBytes] = [[], [], 0];
    return taken;
  }
}
