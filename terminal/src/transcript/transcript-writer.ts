/**
 * Writes a session's transcript: bytes as they come, into files that are compressed when they are full and pruned.
 * Invariant: a byte that `write` returned for is in the file, at the offset that counts all bytes before it; files are
 * readable by their owner alone. One writer at a time.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { terminalLimits } from "../limits.ts";
import { partsToRemove } from "./pruning.ts";
import { segmentName, segmentsIn } from "./segment-name.ts";
import { transcriptEnd } from "./transcript-reader.ts";

const compress = promisify(gzip);

export interface TranscriptWriterOptions {
  /** Made where it is missing. */
  readonly folder: string;
  /** As in `terminalLimits`, where they are left out. */
  readonly segmentBytes?: number;
  readonly transcriptBytes?: number;
  now?(): number;
}

/** Goes on where the transcript of this folder ends. */
export class TranscriptWriter {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #transcriptBytes: number;
  readonly #now: () => number;
  #file: number;
  #fileBytes: number;
  #end: number;
  #tidying: Promise<void> = Promise.resolve();

  constructor({ folder, segmentBytes, transcriptBytes, now = Date.now }: TranscriptWriterOptions) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#segmentBytes = segmentBytes ?? terminalLimits.segmentBytes;
    this.#transcriptBytes = transcriptBytes ?? terminalLimits.transcriptBytes;
    this.#now = now;
    this.#end = transcriptEnd(folder);
    const last = segmentsIn(readdirSync(folder)).at(-1);
    const start = last === undefined || last.isCompressed ? this.#end : last.start;
    this.#file = this.#open(start);
    this.#fileBytes = fstatSync(this.#file).size;
    this.#tidy();
  }

  /** Offset of the next byte. */
  get end(): number {
    return this.#end;
  }

  /** Throws as the file system does. */
  write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    this.#end += bytes.length;
    this.#fileBytes += bytes.length;
    if (this.#fileBytes >= this.#segmentBytes) this.#rotate();
  }

  /** Resolves when nothing is under way; the file that was written last stays as it is. */
  async close(): Promise<void> {
    closeSync(this.#file);
    await this.#tidying;
  }

  #open(start: number): number {
    return openSync(join(this.#folder, segmentName({ start, isCompressed: false })), "a", 0o600);
  }

  #rotate(): void {
    closeSync(this.#file);
    this.#file = this.#open(this.#end);
    this.#fileBytes = 0;
    this.#tidy();
  }

  /** A disk that is full or read-only must not end the session: what could not be tidied is tidied the next time. */
  #tidy(): void {
    this.#tidying = this.#tidying.then(() => this.#compressAndPrune()).catch(() => {});
  }

  async #compressAndPrune(): Promise<void> {
    for (const segment of segmentsIn(readdirSync(this.#folder)).slice(0, -1)) {
      if (segment.isCompressed) continue;
      const plain = join(this.#folder, segmentName(segment));
      const packed = join(this.#folder, segmentName({ ...segment, isCompressed: true }));
      // A name without meaning until it is whole; the plain file goes last, so no reader finds neither.
      await writeFile(`${packed}.part`, await compress(await readFile(plain), { level: 6 }), { mode: 0o600 });
      renameSync(`${packed}.part`, packed);
      rmSync(plain);
    }
    const parts = segmentsIn(readdirSync(this.#folder)).map((segment) => {
      const name = segmentName(segment);
      const { size, mtimeMs } = statSync(join(this.#folder, name));
      return { name, sizeBytes: size, modifiedMs: mtimeMs };
    });
    const rules = { maxBytes: this.#transcriptBytes, maxAgeMs: terminalLimits.transcriptAgeMs, nowMs: this.#now() };
    for (const name of partsToRemove(parts, rules)) rmSync(join(this.#folder, name), { force: true });
  }
}
