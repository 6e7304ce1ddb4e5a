/**
 * Keeps one path of a sort under a tunnel: opens it, and when it is lost opens another, with back-off, until the tunnel
 * ends or it is stopped. A new connection is the universal repair.
 */
import { TunnelError } from "@culvert/protocol";
import type { Clock, ViewerTunnel } from "@culvert/protocol/endpoint";
import { backoffMs } from "../signaling-link/backoff.ts";

/** A path that stood for so long makes the next attempt immediate. */
const lastingMs = 5_000;

export interface PathUpkeepOptions {
  readonly tunnel: Pick<ViewerTunnel, "onEvent" | "paths" | "state">;
  readonly clock: Clock;
  random(): number;
  /** Opens and attaches a path; resolves with its id. */
  open(signal: AbortSignal): Promise<number>;
  /** An attempt failed. */
  onFailed?(error: TunnelError): void;
}

/** Runs until the tunnel's end or `stop`. */
export class PathUpkeep {
  readonly #options: PathUpkeepOptions;
  readonly #stopped = new AbortController();
  #failures = 0;
  #wake: () => void = () => {};

  /** `pathId`: the path that is up already, where there is one. */
  constructor(options: PathUpkeepOptions, pathId?: number) {
    this.#options = options;
    options.tunnel.onEvent((event) => {
      if (event.type === "closed") this.stop();
    });
    void this.#run(pathId);
  }

  /** Opens nothing any more; a path that is up stays. Idempotent. */
  stop(): void {
    this.#stopped.abort();
    this.#wake();
  }

  async #run(first: number | undefined): Promise<void> {
    let pathId = first;
    while (!this.#isOver) {
      pathId ??= await this.#open();
      if (pathId !== undefined) await this.#lost(pathId);
      pathId = undefined;
    }
  }

  get #isOver(): boolean {
    return this.#stopped.signal.aborted || this.#options.tunnel.state === "closed";
  }

  async #open(): Promise<number | undefined> {
    if (this.#failures > 0) await this.#pause(backoffMs(this.#failures, this.#options.random()));
    if (this.#isOver) return undefined;
    try {
      return await this.#options.open(this.#stopped.signal);
    } catch (thrown) {
      this.#failures += 1;
      if (!this.#isOver) this.#options.onFailed?.(TunnelError.from(thrown));
      return undefined;
    }
  }

  /** Resolves when the path is down. */
  #lost(pathId: number): Promise<void> {
    const { tunnel, clock } = this.#options;
    const upMs = clock.nowMs();
    return new Promise((resolve) => {
      const done = () => {
        stopListening();
        this.#failures = clock.nowMs() - upMs > lastingMs ? 0 : this.#failures + 1;
        resolve();
      };
      const stopListening = tunnel.onEvent((event) => {
        if (event.type === "closed" || (event.type === "path-down" && event.path.pathId === pathId)) done();
      });
      const status = tunnel.paths().find((path) => path.pathId === pathId);
      if (tunnel.state === "closed" || status === undefined || status.state === "dead") done();
    });
  }

  #pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.setTimer(durationMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
