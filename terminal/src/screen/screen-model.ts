/**
 * The screen that a session's output makes, kept without a window: xterm.js, the very emulator of the page.
 * Invariant: a snapshot is the screen when exactly `sequence` bytes were taken; written into a cleared terminal of the same
 * size, and followed by the bytes after, it shows what all bytes from the beginning would.
 */
import serializeAddon from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import { terminalLimits } from "../limits.ts";
import { SequenceBoundary } from "./sequence-boundary.ts";
import { UntoldState } from "./untold-state.ts";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** A screen at one moment. */
export interface ScreenSnapshot extends ScreenSize {
  /** Bytes of the session that it shows. */
  readonly sequence: number;
  /** To be written into a cleared terminal. */
  readonly screen: string;
}

export interface ScreenModelOptions {
  /** Where it goes on. */
  readonly from: ScreenSnapshot;
  /** Answers to what programs ask their terminal, where no other terminal answers. */
  onAnswer?(bytes: string): void;
}

/** One session's screen. */
export class ScreenModel {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #serializer = new serializeAddon.SerializeAddon();
  readonly #untold: UntoldState;
  #boundary = new SequenceBoundary();
  #sequence: number;
  #title = "";

  constructor({ from, onAnswer }: ScreenModelOptions) {
    this.#terminal = new headless.Terminal({
      cols: from.columns,
      rows: from.rows,
      scrollback: terminalLimits.scrollbackLines,
      allowProposedApi: true,
    });
    this.#terminal.loadAddon(this.#serializer);
    this.#untold = new UntoldState(this.#terminal);
    this.#terminal.onTitleChange((title) => {
      this.#title = title;
    });
    if (onAnswer !== undefined) this.#terminal.onData(onAnswer);
    this.#sequence = from.sequence;
    if (from.screen !== "") this.#terminal.write(from.screen);
  }

  /** Bytes that it was told. */
  get sequence(): number {
    return this.#sequence;
  }

  /** What the session's program calls itself. */
  get title(): string {
    return this.#title;
  }

  get size(): ScreenSize {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Takes the bytes at `sequence`; resolves when the screen shows them. One call at a time. */
  async take(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => this.#terminal.write(bytes, resolve));
    this.#boundary.feed(bytes);
    this.#sequence += bytes.length;
  }

  /** Bytes are missing: what comes next is at `sequence`. */
  skipTo(sequence: number): void {
    this.#sequence = sequence;
    this.#boundary = new SequenceBoundary();
  }

  /** Between calls of `take`. */
  resize({ columns, rows }: ScreenSize): void {
    if (columns !== this.#terminal.cols || rows !== this.#terminal.rows) this.#terminal.resize(columns, rows);
  }

  /** Between calls of `take`. */
  snapshot(): ScreenSnapshot {
    const sequence = this.#sequence - this.#boundary.pendingBytes;
    return { ...this.size, sequence, screen: this.#serializer.serialize() + this.#untold.written() };
  }

  /** Lines of the buffer as text, those above the screen too; for tests and for people who read. */
  lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: active.length }, (_, index) => active.getLine(index)?.translateToString(true) ?? "");
  }

  close(): void {
    this.#terminal.dispose();
  }
}
