/**
 * Keeps a path of one sort under a viewer's tunnel: where none is left that moves, it opens another, until it is stopped or
 * the tunnel is over. A new connection is the universal repair; nothing is patched.
 * Invariant: a doubted path stays until another is up or the core gives it up, so a false alarm costs a negotiation alone.
 */
import { TunnelError } from "../errors.ts";
import type { Clock } from "./clock.ts";
import type { ViewerTunnel } from "./opening-api.ts";
import { PromptCredit } from "./prompt-credit.ts";

/** What a keeper is given. */
export interface PathKeeperOptions {
  readonly tunnel: Pick<ViewerTunnel, "closePath" | "onEvent" | "paths" | "state">;
  readonly clock: Clock;
  /** Data channels, or the relay: joining that again ends the one before. */
  readonly sort: "channel" | "relay";
  /** The wait after so many failures in a row, from 1. */
  backOffMs(failures: number): number;
  /** Opens and attaches a path; resolves with its id. Whoever stops the keeper ends what is under way. */
  open(): Promise<number>;
  /** An attempt begins. */
  onAttempt?(): void;
  onUp?(): void;
  /** An attempt failed. */
  onFailed?(error: TunnelError): void;
}

/** A relay that hesitates is left alone for so long; a data channel is replaced at once, beside it. */
const relayPatienceMs = 2_000;

/** An attempt that takes longer may have been hit by what ended the path before it: another one begins beside it. */
const hedgeMs = 3_000;
const attemptsAtOnce = 3;

/** What was opened for a doubt that passed is closed after so long without another. */
const spareMs = 30_000;

/** Runs from its construction until `stop` or the tunnel's end. */
export class PathKeeper {
  readonly #options: PathKeeperOptions;
  #isStopped = false;
  readonly #stopListening: () => void;
  readonly #credit = new PromptCredit();
  /** Live paths that this keeper opened, the oldest first. */
  readonly #opened = new Set<number>();
  #attempts = 0;
  #lastAttemptMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #hadPath = false;
  /** Since when no path of the sort moves; undefined while one does. */
  #neededSinceMs: number | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(options: PathKeeperOptions) {
    this.#options = options;
    this.#stopListening = options.tunnel.onEvent((event) => {
      if (event.type === "closed") this.stop();
      if (event.type === "path-down" && this.#opened.delete(event.path.pathId)) {
        // A path that came up and never answered is as good as an attempt that failed.
        if (event.path.rttMs === undefined) this.#noteFailure();
      }
      if (event.type === "path-up" || event.type === "path-down" || event.type === "path-trust") this.#check();
    });
    this.#check();
  }

  /** Waits are cut short: the network changed, or a person is waiting. */
  hurry(): void {
    this.#failures = 0;
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    this.#check();
  }

  /** Opens nothing any more; a path that is up stays. Idempotent. */
  stop(): void {
    this.#stopListening();
    this.#cancelTimer?.();
    this.#isStopped = true;
  }

  #check(): void {
    const { tunnel, clock, sort } = this.#options;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isStopped || tunnel.state === "closed") return;
    const nowMs = clock.nowMs();
    const paths = tunnel
      .paths()
      .filter(({ kind, state }) => (kind === "relay") === (sort === "relay") && state !== "dead");
    const doubted = paths.filter(({ state }) => state === "suspect");
    if (doubted.length < paths.length) {
      this.#hadPath = true;
      this.#neededSinceMs = undefined;
      if (this.#opened.size > 1 && doubted.length === 0) this.#in(spareMs, () => this.#closeSpares());
      return;
    }
    this.#neededSinceMs ??= nowMs;
    const patienceMs = sort === "relay" && doubted.length > 0 ? relayPatienceMs : 0;
    const hedgeAtMs = this.#attempts === 0 ? Number.NEGATIVE_INFINITY : this.#lastAttemptMs + hedgeMs;
    if (this.#attempts > 0 && !this.#mayHedge) return;
    const atMs = Math.max(
      this.#neededSinceMs + patienceMs,
      this.#notBeforeMs,
      this.#credit.readyAtMs(nowMs),
      hedgeAtMs,
    );
    if (atMs <= nowMs) void this.#attempt(nowMs);
    else this.#in(atMs - nowMs, () => this.#check());
  }

  /** Where channels never came up, a second attempt has no better chance than the first. */
  get #mayHedge(): boolean {
    return this.#options.sort === "channel" && this.#hadPath && this.#attempts < attemptsAtOnce;
  }

  async #attempt(nowMs: number): Promise<void> {
    const { open, onAttempt, onUp, onFailed } = this.#options;
    this.#credit.spend(nowMs);
    this.#attempts += 1;
    this.#lastAttemptMs = nowMs;
    this.#check();
    onAttempt?.();
    try {
      const pathId = await open();
      this.#failures = 0;
      if (this.#options.tunnel.paths().some((path) => path.pathId === pathId)) this.#opened.add(pathId);
      else this.#noteFailure();
      this.#closeDoubted();
      onUp?.();
    } catch (fault) {
      this.#noteFailure();
      if (!this.#isStopped) onFailed?.(TunnelError.from(fault));
    }
    this.#attempts -= 1;
    this.#check();
  }

  #noteFailure(): void {
    const { clock, backOffMs } = this.#options;
    this.#failures += 1;
    this.#notBeforeMs = clock.nowMs() + backOffMs(this.#failures);
  }

  /** Channels that were silent for as long as another took to come up have had their time; the agent holds few at once. */
  #closeDoubted(): void {
    if (this.#options.sort === "relay") return;
    for (const { pathId, kind, state } of this.#options.tunnel.paths()) {
      if (kind === "relay" || state !== "suspect") continue;
      this.#options.tunnel.closePath(pathId, "timeout", "another path came up before it answered");
    }
  }

  /** The newest leads over the network that this machine has now. */
  #closeSpares(): void {
    for (const pathId of [...this.#opened].slice(0, -1)) {
      this.#options.tunnel.closePath(pathId, "closed", "another path does its work");
    }
  }

  #in(durationMs: number, run: () => void): void {
    this.#cancelTimer = this.#options.clock.setTimer(durationMs, run);
  }
}
