/**
 * Paths under doubt: what they carry too long goes again elsewhere, and they get nothing more until they answer.
 * Invariant: bytes are sent twice only where another trusted path can carry them.
 */
import type { MessageSources } from "./message-builder.ts";
import type { PathEntry } from "./path-entry.ts";
import type { Flight } from "./path-flights.ts";
import type { Emit } from "./tunnel-events.ts";

/** Watches the paths of a tunnel for what is late or stands still. */
export class PathDoubt {
  readonly #parts: MessageSources;
  readonly #emit: Emit;
  /** Tells again what a suspect path may have carried besides stream bytes. */
  readonly #repeat: (path: PathEntry) => void;

  constructor(parts: MessageSources, emit: Emit, repeat: (path: PathEntry) => void) {
    this.#parts = parts;
    this.#emit = emit;
    this.#repeat = repeat;
  }

  /** Frames of the peer were applied: counts what landed. */
  settle(nowMs: number): void {
    for (const path of this.#parts.paths.all()) {
      const landed = path.flights.settle(nowMs);
      if (landed === undefined) continue;
      path.pace.landed(landed.bytes, landed.tookMs, nowMs);
      this.#parts.paths.landed(nowMs);
      // What went again elsewhere is not counted any more, so this landed here.
      if (path.trust === "suspect") this.trustAgain(path);
    }
  }

  /** A path answered a PING. */
  trustAgain(path: PathEntry): void {
    if (!path.trustAgain()) return;
    this.#emit({ type: "path-trust", pathId: path.pathId });
    this.relieve();
  }

  /** A path is suspect for what the peer knows of it. */
  suspect(path: PathEntry, nowMs: number): void {
    if (path.trust === "suspect") return;
    this.#noteSuspect(path, nowMs);
    this.relieve();
  }

  tick(nowMs: number): void {
    for (const path of this.#parts.paths.all()) {
      if (nowMs >= path.suspectAtMs) this.#noteSuspect(path, nowMs);
      if (path.trust !== "suspect" && nowMs >= this.#lateAtMs(path)) this.#late(path, nowMs);
      if (nowMs >= this.#answerLateAtMs(path)) this.#answerLate(path);
    }
    this.relieve();
  }

  /** Other paths may take over what suspect ones carry: call it whenever one comes or is trusted again. */
  relieve(): void {
    for (const path of this.#parts.paths.all()) {
      if (path.trust !== "suspect") continue;
      this.#relaunch(path.flights.takeAll((flight) => this.#canGoElsewhere(path, flight)));
      if (!path.isRepeatDue || !this.#parts.paths.hasOther(path, false, true)) continue;
      path.isRepeatDue = false;
      this.#repeat(path);
    }
  }

  /** When `tick` has something to do. */
  deadlineMs(): number {
    let deadlineMs = Number.POSITIVE_INFINITY;
    for (const path of this.#parts.paths.all()) {
      deadlineMs = Math.min(deadlineMs, path.suspectAtMs, this.#lateAtMs(path), this.#answerLateAtMs(path));
    }
    return deadlineMs;
  }

  /** Sends flights again, wherever there is room. */
  #relaunch(flights: readonly Flight[]): void {
    const { streams, scheduler } = this.#parts;
    for (const { stream, from, to } of flights) {
      stream.send.lose(from, to);
      if (stream.state === "opening") stream.openingDue = true;
      if (stream !== streams.control) scheduler.activate(stream);
    }
  }

  #noteSuspect(path: PathEntry, nowMs: number): void {
    path.noteSuspect(nowMs);
    this.#emit({ type: "path-trust", pathId: path.pathId });
  }

  /** When the oldest part on a path is late and blocks its stream; infinite where nothing else could carry it. */
  #lateAtMs(path: PathEntry): number {
    const { oldest } = path.flights;
    if (oldest === undefined || path.trust === "suspect") return Number.POSITIVE_INFINITY;
    const isApp = oldest.stream !== this.#parts.streams.control;
    // A later part blocks nobody; once it does, an ACK has come and the time is asked for again.
    if (oldest.from > oldest.stream.send.acknowledged) return Number.POSITIVE_INFINITY;
    if (!this.#parts.paths.hasOther(path, isApp, false)) return Number.POSITIVE_INFINITY;
    return oldest.sentMs + path.lateAfterMs(oldest.isThin);
  }

  #late(path: PathEntry, nowMs: number): void {
    const { oldest } = path.flights;
    if (oldest === undefined) return;
    const taken = path.flights.takeWhile(
      (flight) => nowMs >= flight.sentMs + path.lateAfterMs(flight.isThin) && this.#canGoElsewhere(path, flight),
    );
    path.noteLate(oldest.sentMs, nowMs);
    this.#relaunch(taken);
  }

  /** When a PING has waited too long for its answer; infinite where no other path could tell anything. */
  #answerLateAtMs(path: PathEntry): number {
    return this.#parts.paths.hasOther(path, false, true) ? path.answerLateAtMs : Number.POSITIVE_INFINITY;
  }

  /** What the path was told besides stream bytes waits with its PING: it is told again, elsewhere. */
  #answerLate(path: PathEntry): void {
    path.noteAnswerLate();
    this.#repeat(path);
  }

  #canGoElsewhere(path: PathEntry, { stream }: Flight): boolean {
    return this.#parts.paths.hasOther(path, stream !== this.#parts.streams.control, true);
  }
}
