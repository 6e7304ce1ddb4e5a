/**
 * Paths coming and going under a living tunnel: life signs, death, and what is sent again elsewhere.
 * Invariant: whatever a lost path may have carried is told again on another one, now or after the next attachment.
 */
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { AppGate } from "./app-gate.ts";
import type { MessageSources } from "./message-builder.ts";
import { PathDoubt } from "./path-doubt.ts";
import type { PathEntry, PathOptions } from "./path-entry.ts";
import type { StreamFrames } from "./stream-frames.ts";
import type { Emit, PathLoss } from "./tunnel-events.ts";
import type { TunnelLife } from "./tunnel-life.ts";

/** What path life works with. */
export interface PathLifeOptions {
  readonly parts: MessageSources;
  readonly life: TunnelLife;
  readonly gate: AppGate;
  readonly frames: StreamFrames;
  readonly emit: Emit;
  /** Browsers hold acknowledgements of their transport back for long; agents do not. */
  readonly isViewer: boolean;
}

/** Adds, watches and removes the paths of a tunnel. */
export class PathLife {
  readonly #options: PathLifeOptions;
  readonly #doubt: PathDoubt;

  constructor(options: PathLifeOptions) {
    this.#options = options;
    this.#doubt = new PathDoubt(options.parts, options.emit, (path) => this.#repeat(path));
  }

  /** Throws TunnelError `already-used` for an id seen before, `closed` after the tunnel's end; both of scope path. */
  add(options: PathOptions, nowMs: number): void {
    const { parts, life, emit } = this.#options;
    if (life.phase === "closed") throw new TunnelError("closed", "the tunnel is closed", { scope: "path" });
    parts.paths.add(options, nowMs);
    life.attach();
    emit({ type: "path-up", pathId: options.pathId });
    this.#doubt.relieve();
    this.#updateGate(nowMs);
  }

  /** A path is gone: what it carried goes again, and the peer is told unless it told us. */
  lose(pathId: number, loss: PathLoss, nowMs: number): void {
    const { parts, life, emit } = this.#options;
    const { paths, streams, outbox } = parts;
    const path = paths.remove(pathId);
    if (path === undefined) return;
    for (const { stream, from, to } of path.flights.takeAll()) {
      stream.send.lose(from, to);
      if (stream.state === "opening") stream.openingDue = true;
    }
    for (const stream of streams.all()) {
      if (stream !== streams.control) parts.scheduler.activate(stream);
    }
    this.#repeat(path);
    if (loss.origin === "local") outbox.abandoned(pathId, loss.code);
    emit({ type: "path-down", pathId, loss });
    if (paths.size === 0) life.detach(nowMs);
    this.#updateGate(nowMs);
  }

  /** Frames of the peer were applied on any path. */
  settle(nowMs: number): void {
    this.#doubt.settle(nowMs);
  }

  /** Every path is to answer a PING now: whoever waits for one already is asked no second time. */
  probe(nowMs: number): void {
    for (const path of this.#options.parts.paths.all()) path.keepalive.probe(nowMs);
  }

  /** The peer says that nothing moves on a path: so it is here, until the path answers. */
  doubt(pathId: number, nowMs: number): void {
    const path = this.#options.parts.paths.get(pathId);
    if (path !== undefined) this.#doubt.suspect(path, nowMs);
  }

  /** A path answered a PING. */
  answered(path: PathEntry): void {
    this.#options.parts.paths.answered(path);
    this.#doubt.trustAgain(path);
  }

  /** Notes PINGs that are due, removes dead paths, fails streams that waited too long for a direct one. */
  tick(nowMs: number): void {
    const { parts, gate, frames, emit, isViewer } = this.#options;
    for (const path of [...parts.paths.all()]) {
      const deadAfterMs = this.#deadAfterMs(path);
      if (path.keepalive.isDead(nowMs, path.outstanding, deadAfterMs)) {
        const reason = `nothing came for ${deadAfterMs} ms`;
        this.lose(path.pathId, { code: "timeout", reason, origin: "local" }, nowMs);
      } else if (nowMs >= path.pingAtMs) {
        path.keepalive.askPing(nowMs);
      }
      if (isViewer && nowMs >= path.speaksUpAtMs) path.speakUp();
    }
    this.#doubt.tick(nowMs);
    parts.streams.tick(nowMs);
    const expired = gate.expired(parts.streams.all(), nowMs);
    if (expired.length === 0) return;
    const error = new TunnelError("no-direct-path", "no direct path came up in time", { scope: "stream" });
    for (const stream of expired) frames.fail(stream, error);
    emit({ type: "no-direct-path" });
  }

  /** When `tick` has something to do. */
  deadlineMs(): number {
    const { parts, gate, isViewer } = this.#options;
    const { streams } = parts;
    let deadlineMs = Math.min(gate.deadlineMs(streams.all()), this.#doubt.deadlineMs(), streams.deadlineMs);
    for (const path of parts.paths.all()) {
      const deadAtMs = path.keepalive.deadAtMs(path.outstanding, this.#deadAfterMs(path));
      deadlineMs = Math.min(deadlineMs, path.pingAtMs, deadAtMs);
      if (isViewer) deadlineMs = Math.min(deadlineMs, path.speaksUpAtMs);
    }
    return deadlineMs;
  }

  /** The last path of its use is given up late: it may be slow, and there is nothing to gain. */
  #deadAfterMs(path: PathEntry): number {
    const { paths } = this.#options.parts;
    return paths.hasOther(path, path.carriesApp, true) ? limits.deadAfterMs : limits.lastDeadAfterMs;
  }

  /** What a path may have carried besides stream bytes is told again. */
  #repeat(path: PathEntry): void {
    const { parts, life } = this.#options;
    const { streams, outbox } = parts;
    const admitted = [...streams.all()].filter((stream) => streams.isWithinLimit(stream));
    outbox.repeat(admitted, life.isDraining);
    outbox.repeatAnswers(path.answers.unconfirmed());
  }

  #updateGate(nowMs: number): void {
    const { parts, gate, emit } = this.#options;
    const { paths } = parts;
    if (gate.update(paths.size > 0, paths.canCarryApp, nowMs)) emit({ type: "app-ready" });
  }
}
