/**
 * Notices that the core at the other end of a page's or worker's port has gone: by its last word, or by its silence. Not
 * every browser tells that a port was closed, and none tells it surely of a tab that crashed.
 * Invariant: `onGone` is called at most once, and not after `stop`.
 */
import type { CoreToPage } from "../ports/page-port.ts";

const tickMs = 15_000;
/** Counted in ticks and not in time, so that a machine's sleep and a background tab's slow timers are no silence. */
const silentTicks = 4;

/** What a watch does. */
export interface PortWatchOptions {
  /** Asks the core for a sign of life. */
  ping(): void;
  onGone(): void;
}

/** Watches from its construction on. */
export class PortWatch {
  readonly #options: PortWatchOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #silence = 0;
  /** new: no word came yet. deaf: the core is of a version that answers no pings. */
  #core: "new" | "answering" | "deaf" = "new";

  constructor(options: PortWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** A message of the core came. */
  heard(message: CoreToPage): void {
    this.#silence = 0;
    if (message.type === "page-ready") this.#core = message.answersPings === true ? "answering" : "deaf";
    if (message.type === "gone") this.#gone();
  }

  /** The port is of no interest any more. Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (this.#core === "deaf") return;
    this.#silence += 1;
    if (this.#silence > silentTicks) this.#gone();
    else if (this.#core === "answering") this.#options.ping();
  }

  #gone(): void {
    this.stop();
    this.#options.onGone();
  }
}
