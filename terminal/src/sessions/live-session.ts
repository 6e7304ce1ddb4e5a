/**
 * One session while pages show it: follows its transcript, keeps its screen, passes on what is typed.
 * Invariant: the screen is made of the transcript's bytes alone, in order; what pages get comes from the transcript.
 */
import { TunnelError } from "@culvert/protocol";
import { terminalLimits } from "../limits.ts";
import type { SessionStatus } from "../link/session-words.ts";
import { TakenInput } from "../link/typed-input.ts";
import { loadCheckpoint, saveCheckpoint } from "../screen/checkpoint.ts";
import { ScreenModel, type ScreenSize, type ScreenSnapshot } from "../screen/screen-model.ts";
import { TranscriptReader } from "../transcript/transcript-reader.ts";
import { Growth } from "./growth.ts";
import type { SessionControl } from "./session-backend.ts";

export interface LiveSessionOptions {
  readonly transcriptFolder: string;
  readonly size: ScreenSize;
  /** Undefined for a session that ended: it is shown as it was left. */
  readonly control: SessionControl | undefined;
  /** As the backend's. */
  readonly answersPrograms: boolean;
}

export class LiveSession {
  readonly #folder: string;
  readonly #control: SessionControl | undefined;
  readonly #model: ScreenModel;
  readonly growth: Growth;
  readonly #taken = new Map<string, TakenInput>();
  readonly #viewers = new Set<string>();
  #isLive: boolean;
  #isClosed = false;
  #sizedBy: string | null = null;
  #savedSequence: number;
  /** Work on the model, one after another. */
  #turn: Promise<void> = Promise.resolve();
  /** Rises whenever the status is another one. */
  #statusCount = 0;
  readonly #followed: Promise<void>;

  constructor({ transcriptFolder, size, control, answersPrograms }: LiveSessionOptions) {
    this.#folder = transcriptFolder;
    this.#control = control;
    this.#isLive = control !== undefined;
    const reader = new TranscriptReader(transcriptFolder);
    const from = startOf(transcriptFolder, reader, size);
    this.#savedSequence = from.sequence;
    const answer = (text: string) => void control?.type(Buffer.from(text, "utf8")).catch(() => {});
    // Only what is asked now is answered, not what an earlier agent's programs asked.
    let isCaughtUp = false;
    this.#model = new ScreenModel({
      from,
      ...(answersPrograms ? {} : { onAnswer: (text: string) => isCaughtUp && answer(text) }),
    });
    if (this.#isLive) this.#model.resize(size);
    this.growth = new Growth(transcriptFolder);
    this.#followed = this.#follow(reader, () => {
      isCaughtUp = true;
    });
    void control?.ended.then(() => {
      this.#isLive = false;
      this.#changed();
    });
  }

  /** False once it ended, or what runs it did. */
  get isLive(): boolean {
    return this.#isLive;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get statusCount(): number {
    return this.#statusCount;
  }

  status(): SessionStatus {
    const { columns, rows } = this.#model.size;
    const state = this.#isLive ? "live" : "ended";
    return { columns, rows, state, title: this.#model.title, viewers: this.viewers, sizedBy: this.#sizedBy };
  }

  /** A page shows it from now on, until what is returned is called. */
  join(viewerId: string): () => void {
    this.#viewers.add(viewerId);
    this.#changed();
    return () => {
      this.#viewers.delete(viewerId);
      this.#changed();
    };
  }

  /** The screen once it is made of everything up to `sequence` at least. Rejects with `canceled` after `close`. */
  async snapshot(sequence: number): Promise<ScreenSnapshot> {
    for (;;) {
      if (this.#isClosed) throw new TunnelError("canceled", "The session is no longer shown.");
      const { count } = this.growth;
      const snapshot = await this.#inTurn(() =>
        this.#model.sequence >= sequence ? this.#model.snapshot() : undefined,
      );
      if (snapshot !== undefined) return snapshot;
      await this.growth.after(count);
    }
  }

  /** How much of the output a screen of now would show. */
  get shownSequence(): number {
    return this.#model.sequence;
  }

  /** What this page typed and the session has; numbers are the page's. */
  takenBy(viewerId: string): number {
    return this.#taken.get(viewerId)?.taken ?? 0;
  }

  /** Passes on what a page typed, once. Resolves with false at a gap. Rejects with `not-found` where it ended. */
  async type(viewerId: string, number: number, bytes: Uint8Array): Promise<boolean> {
    const taken = this.#taken.get(viewerId) ?? new TakenInput();
    this.#remember(viewerId, taken);
    const what = taken.take(number);
    if (what === "new") await this.#control?.type(bytes);
    return what !== "gap";
  }

  /** The session takes the size of this page's window. */
  async resize(viewerId: string, size: ScreenSize): Promise<void> {
    await this.#control?.resize(size);
    this.#sizedBy = viewerId;
    await this.noteSize(size);
  }

  /** Its size is this one now, whoever said so. */
  async noteSize(size: ScreenSize): Promise<void> {
    const { columns, rows } = this.#model.size;
    const isOther = columns !== size.columns || rows !== size.rows;
    if (isOther) await this.#inTurn(() => this.#model.resize(size));
    if (isOther) this.#save();
    this.#changed();
  }

  /** Saves the screen and frees everything; the session goes on. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.growth.close();
    this.#control?.close();
    await this.#followed;
    await this.#inTurn(() => this.#save());
    this.#model.close();
  }

  async #follow(reader: TranscriptReader, onCaughtUp: () => void): Promise<void> {
    while (!this.#isClosed) {
      const { count } = this.growth;
      const bytes = reader.read(this.#model.sequence, 256 * 1024);
      if (bytes === undefined) {
        this.#model.skipTo(Math.max(reader.start, this.#model.sequence + 1));
      } else if (bytes.length > 0) {
        const before = this.#model.title;
        await this.#inTurn(() => this.#model.take(bytes));
        if (this.#model.title !== before) this.#changed();
        if (this.#model.sequence - this.#savedSequence > terminalLimits.checkpointBytes) this.#save();
        // Whoever waits for a screen looks again.
        this.growth.note();
      } else {
        onCaughtUp();
        await this.growth.after(count);
      }
    }
  }

  /** The latest pages; one that was forgotten begins again and is told so. */
  #remember(viewerId: string, taken: TakenInput): void {
    this.#taken.delete(viewerId);
    this.#taken.set(viewerId, taken);
    const [oldest] = this.#taken.keys();
    if (oldest !== undefined && this.#taken.size > 4 * terminalLimits.viewers) this.#taken.delete(oldest);
  }

  #save(): void {
    const snapshot = this.#model.snapshot();
    this.#savedSequence = snapshot.sequence;
    try {
      saveCheckpoint(this.#folder, snapshot);
    } catch {
      // A full disk costs a longer start, not the session.
    }
  }

  #changed(): void {
    this.#statusCount += 1;
    this.growth.note();
  }

  #inTurn<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => {},
      () => {},
    );
    return result;
  }
}

/** Where the screen begins: what was saved, unless it is from before what is kept or too long ago. */
function startOf(folder: string, reader: TranscriptReader, size: ScreenSize): ScreenSnapshot {
  const saved = loadCheckpoint(folder);
  const end = reader.end();
  const earliest = Math.max(reader.start, end - terminalLimits.replayBytes);
  if (saved !== undefined && saved.sequence <= end && saved.sequence >= earliest) return saved;
  return { ...size, sequence: earliest, screen: "" };
}
