/**
 * Live news of the servers over server-sent events, coming back by itself.
 * Invariant: at most one source is open; after close() nothing is told.
 */
import { type ServerEvent, serverEventSchema } from "@culvert/protocol/signaling";

/** `away`: the server has not been heard for a while; the feed goes on trying. */
export type FeedState = "connecting" | "live" | "away";

/** The part of EventSource that the feed uses. */
export interface EventStream {
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

/** What the feed is given and whom it tells. */
export interface ServerFeedOptions {
  openStream(): EventStream;
  onEvent(event: ServerEvent): void;
  onState(state: FeedState): void;
  /** After each failure: the cause may be that nobody is signed in any more. */
  onFailure(): void;
}

/** A gap shorter than this is not worth a banner: a server restarts within it. */
const awayAfterMs = 1_500;
const firstRetryMs = 500;
const longestRetryMs = 10_000;
const eventTypes: readonly ServerEvent["type"][] = ["servers", "server", "server-removed"];

/** Keeps one event stream open until closed. */
export class ServerFeed {
  readonly #options: ServerFeedOptions;
  #stream: EventStream | undefined;
  #state: FeedState = "connecting";
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #awayTimer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(options: ServerFeedOptions) {
    this.#options = options;
    this.#open();
  }

  get state(): FeedState {
    return this.#state;
  }

  /** Tries at once where the feed waits: the device woke up or is online again. */
  nudge(): void {
    if (this.#retryTimer === undefined) return;
    this.#failures = 0;
    this.#open();
  }

  close(): void {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#awayTimer);
    this.#stream?.close();
    this.#stream = undefined;
  }

  #open(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#awayTimer ??= setTimeout(() => this.#move("away"), awayAfterMs);
    const stream = this.#options.openStream();
    this.#stream = stream;
    const current = (listener: (data: unknown) => void) => (event: { readonly data?: unknown }) => {
      if (this.#stream === stream) listener(event.data);
    };
    stream.addEventListener(
      "open",
      current(() => this.#opened()),
    );
    stream.addEventListener(
      "error",
      current(() => this.#failed()),
    );
    for (const type of eventTypes)
      stream.addEventListener(
        type,
        current((data) => this.#told(data)),
      );
  }

  #opened(): void {
    clearTimeout(this.#awayTimer);
    this.#awayTimer = undefined;
    this.#failures = 0;
    this.#move("live");
  }

  #failed(): void {
    this.#stream?.close();
    this.#stream = undefined;
    if (this.#state === "live") this.#move("connecting");
    this.#awayTimer ??= setTimeout(() => this.#move("away"), awayAfterMs);
    const delayMs = Math.min(firstRetryMs * 2 ** this.#failures, longestRetryMs);
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => this.#open(), delayMs);
    this.#options.onFailure();
  }

  #told(data: unknown): void {
    const event = parseEvent(data);
    if (event !== undefined) this.#options.onEvent(event);
  }

  #move(state: FeedState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}

/** Unknown events are ignored: a newer server may tell more. */
function parseEvent(data: unknown): ServerEvent | undefined {
  if (typeof data !== "string") return undefined;
  try {
    return serverEventSchema.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
