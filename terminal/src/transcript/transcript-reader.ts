/**
 * Reads a transcript while it is written, by whichever process. Bytes are found by their offset alone.
 * Invariant: what `read` gives are the transcript's bytes from that offset on, never fewer in the middle.
 */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Segment, segmentAt, segmentName, segmentsIn } from "./segment-name.ts";

/** A transcript in a folder; the folder may be empty or missing. */
export class TranscriptReader {
  readonly #folder: string;
  #segments: readonly Segment[] = [];
  /** The compressed part that was read last: the next read is mostly of the same. */
  #unpacked: { readonly start: number; readonly bytes: Buffer } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#list();
  }

  /** Offset of the first byte that is still kept. */
  get start(): number {
    return this.#segments[0]?.start ?? 0;
  }

  /** Offset after the last byte there is now. */
  end(): number {
    return transcriptEnd(this.#folder);
  }

  /**
   * Up to `maxBytes` from `offset` on; empty where nothing is there yet. Undefined where the bytes are gone by pruning.
   * The bytes are the caller's.
   */
  read(offset: number, maxBytes: number): Uint8Array | undefined {
    // Files are compressed, removed and begun under our hands: what was not found is looked for again.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const segment = segmentAt(this.#segments, offset);
      const bytes = segment === undefined ? undefined : this.#readFrom(segment, offset, maxBytes);
      if (bytes !== undefined && bytes.length > 0) return bytes;
      this.#list();
      const found = segmentAt(this.#segments, offset);
      if (found === undefined) return this.#segments.length === 0 ? new Uint8Array(0) : undefined;
      if (bytes !== undefined && found.start === segment?.start && found === this.#segments.at(-1)) return bytes;
    }
    return undefined;
  }

  #list(): void {
    this.#segments = segmentsIn(namesIn(this.#folder));
  }

  #readFrom(segment: Segment, offset: number, maxBytes: number): Uint8Array | undefined {
    const within = offset - segment.start;
    if (this.#unpacked?.start === segment.start && segment.isCompressed) {
      return new Uint8Array(this.#unpacked.bytes.subarray(within, within + maxBytes));
    }
    try {
      const path = join(this.#folder, segmentName(segment));
      if (!segment.isCompressed) return readPart(path, within, maxBytes);
      const bytes = gunzipSync(readFileSync(path));
      this.#unpacked = { start: segment.start, bytes };
      return new Uint8Array(bytes.subarray(within, within + maxBytes));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw thrown;
    }
  }
}

/** Offset after the last byte of a folder's transcript; 0 where there is none. */
export function transcriptEnd(folder: string): number {
  const last = segmentsIn(namesIn(folder)).at(-1);
  if (last === undefined) return 0;
  const path = join(folder, segmentName(last));
  return last.start + (last.isCompressed ? gunzipSync(readFileSync(path)).length : statSync(path).size);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw thrown;
  }
}

function readPart(path: string, position: number, maxBytes: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const sizeBytes = Math.max(0, Math.min(maxBytes, fstatSync(file).size - position));
    const bytes = new Uint8Array(sizeBytes);
    const count = sizeBytes === 0 ? 0 : readSync(file, bytes, 0, sizeBytes, position);
    return bytes.subarray(0, count);
  } finally {
    closeSync(file);
  }
}
