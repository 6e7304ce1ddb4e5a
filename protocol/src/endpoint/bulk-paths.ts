/**
 * Opens and drops the paths that a viewer's tunnel has beside its first data channel, as its traffic asks for them.
 * Invariant: it drops only what it opened; after `stop` or the tunnel's end it opens nothing and leaves no timer.
 */
import type { Clock } from "./clock.ts";
import type { PathStatus } from "./endpoint-api.ts";
import type { ViewerTunnel } from "./opening-api.ts";
import { PathDemand } from "./path-demand.ts";

/** What the paths are opened with. */
export interface BulkPathsOptions {
  readonly tunnel: Pick<ViewerTunnel, "dropPath" | "onEvent" | "paths" | "state">;
  readonly clock: Clock;
  /** Opens and attaches one data channel path; resolves with its id. Rejects where none came up. */
  open(): Promise<number>;
}

/** Runs until the tunnel's end or `stop`. */
export class BulkPaths {
  readonly #options: BulkPathsOptions;
  readonly #demand = new PathDemand();
  #isStopped = false;
  readonly #stopListening: () => void;
  readonly #added = new Set<number>();
  #opening = 0;
  #cancelRest: (() => void) | undefined;

  constructor(options: BulkPathsOptions) {
    this.#options = options;
    this.#stopListening = options.tunnel.onEvent((event) => {
      switch (event.type) {
        case "traffic":
          this.#sample(event.paths);
          return;
        case "path-down":
          this.#added.delete(event.path.pathId);
          return;
        case "closed":
          this.stop();
          return;
        default:
      }
    });
  }

  /** Opens nothing any more; paths that are up stay. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#stopListening();
    this.#cancelRest?.();
  }

  #sample(paths: readonly PathStatus[]): void {
    const channels = paths.filter(isChannel);
    const rates = [
      sum(channels, ({ sentBytesPerSecond = 0 }) => sentBytesPerSecond),
      sum(channels, ({ receivedBytesPerSecond = 0 }) => receivedBytesPerSecond),
    ];
    const roundTrips = channels.flatMap(({ shortestRttMs }) => shortestRttMs ?? []);
    this.#demand.sample({
      nowMs: this.#options.clock.nowMs(),
      bytesPerSecond: Math.max(...rates),
      shortestRttMs: roundTrips.length === 0 ? undefined : Math.min(...roundTrips),
      paths: channels.length,
      isDirect: channels.some(({ kind }) => kind === "direct"),
    });
    this.#apply();
  }

  #apply(): void {
    const channels = this.#options.tunnel.paths().filter(isChannel);
    const missing = this.#demand.wanted - channels.length - this.#opening;
    // Without any path its keeper opens the first one; this is about more.
    const mayOpen = channels.length > 0 && this.#demand.mayOpen(this.#options.clock.nowMs());
    if (mayOpen) for (let count = 0; count < missing; count += 1) void this.#open();
    if (this.#demand.wanted === 1) for (const pathId of [...this.#added]) this.#drop(pathId);
    this.#awaitRest();
  }

  async #open(): Promise<void> {
    const { open, clock } = this.#options;
    this.#opening += 1;
    try {
      const pathId = await open();
      const opened = this.#options.tunnel.paths().find((path) => path.pathId === pathId);
      if (opened === undefined) return;
      this.#added.add(pathId);
      // The transfer may be over by now; and a second way over a TURN server brings nothing.
      if (opened.kind !== "direct" || this.#demand.wanted === 1) this.#drop(pathId);
      if (opened.kind !== "direct") this.#demand.refused(clock.nowMs());
    } catch {
      this.#demand.refused(clock.nowMs());
    } finally {
      this.#opening -= 1;
    }
  }

  #drop(pathId: number): void {
    this.#added.delete(pathId);
    const hasOther = this.#options.tunnel.paths().some((path) => path.pathId !== pathId && isChannel(path));
    if (hasOther) this.#options.tunnel.dropPath(pathId, "closed", "no transfer needs it any more");
  }

  #awaitRest(): void {
    const { clock } = this.#options;
    this.#cancelRest?.();
    this.#cancelRest = undefined;
    if (this.#demand.restAtMs === Number.POSITIVE_INFINITY || this.#isStopped) return;
    this.#cancelRest = clock.setTimer(Math.max(0, this.#demand.restAtMs - clock.nowMs()), () => {
      this.#demand.rest(clock.nowMs());
      this.#apply();
    });
  }
}

function isChannel({ kind, state }: PathStatus): boolean {
  return kind !== "relay" && (state === "active" || state === "suspect");
}

function sum(paths: readonly PathStatus[], value: (path: PathStatus) => number): number {
  return paths.reduce((total, path) => total + value(path), 0);
}
