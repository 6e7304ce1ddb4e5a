/**
 * Keeps one path of a sort under a tunnel: opens it, and when it is lost opens another, with back-off, until stopped.
 * A new connection is the universal repair; nothing is patched.
 */
import { TunnelError } from "@culvert/protocol";
import type { Clock, ViewerTunnel } from "@culvert/protocol/endpoint";
import { backOffMs } from "./back-off.ts";

/** What a keeper is given. */
export interface PathKeeperOptions {
  readonly tunnel: ViewerTunnel;
  readonly clock: Clock;
  random(): number;
  /** Opens and attaches a path; resolves with its id. */
  open(signal: AbortSignal): Promise<number>;
  /** An attempt begins. */
  onAttempt?(): void;
  onUp?(): void;
  /** An attempt failed. */
  onFailed?(error: TunnelError): void;
}

/** Runs until `stop`. */
export class PathKeeper {
  readonly #options: PathKeeperOptions;
  readonly #stopped = new AbortController();
  #failures = 0;
  #wake: (() => void) | undefined;

  /** `pathId`: the path that is up already, where there is one. */
  constructor(options: PathKeeperOptions, pathId?: number) {
    this.#options = options;
    void this.#run(pathId);
  }

  /** Tries again at once where it waits. */
  hurry(): void {
    this.#failures = 0;
    this.#wake?.();
  }

  /** Opens nothing any more; a path that is up stays. */
  stop(): void {
    this.#stopped.abort();
    this.#wake?.();
  }

  get #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #run(first: number | undefined): Promise<void> {
    let pathId = first;
    while (!this.#isStopped) {
      pathId ??= await this.#open();
      if (pathId !== undefined) await this.#lost(pathId);
      pathId = undefined;
    }
  }

  async #open(): Promise<number | undefined> {
    const { clock, random } = this.#options;
    if (this.#failures > 0) await this.#pause(clock, backOffMs(this.#failures, random()));
    if (this.#isStopped) return undefined;
    this.#options.onAttempt?.();
    try {
      const pathId = await this.#options.open(this.#stopped.signal);
      this.#options.onUp?.();
      return pathId;
    } catch (fault) {
      this.#failures += 1;
      if (!this.#isStopped) this.#options.onFailed?.(TunnelError.from(fault));
      return undefined;
    }
  }

  /** Resolves when a path is down. A path that lasted makes the next attempt immediate. */
  #lost(pathId: number): Promise<void> {
    const { tunnel, clock } = this.#options;
    const upMs = clock.nowMs();
    return new Promise((resolve) => {
      const done = (): void => {
        stopListening();
        this.#failures = clock.nowMs() - upMs > 5_000 ? 0 : this.#failures + 1;
        resolve();
      };
      const stopListening = tunnel.onEvent((event) => {
        if (event.type === "closed" || (event.type === "path-down" && event.path.pathId === pathId)) done();
      });
      const status = tunnel.paths().find((path) => path.pathId === pathId);
      if (status === undefined || status.state === "dead") done();
    });
  }

  #pause(clock: Clock, durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.setTimer(durationMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
