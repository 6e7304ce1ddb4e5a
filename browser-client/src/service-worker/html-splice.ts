/**
 * Inserts one piece of markup at the start of a document's head while its bytes stream through.
 * Invariant: every byte of the document leaves unchanged and in order; at most `lookAheadBytes` are held back.
 */
import { CodeUnits, encodeAscii, layoutOfMark, type UnitLayout } from "./code-units.ts";
import { type Grammar, scanForHead } from "./html-scan.ts";

/** A place that is not found within is taken where the scan stands. */
export const lookAheadBytes = 64 * 1024;

/** `markup` is ASCII. `layout` where the Content-Type header states UTF-16; a byte order mark goes before it. */
export interface SpliceOptions {
  readonly markup: string;
  readonly grammar: Grammar;
  readonly layout?: UnitLayout;
}

/** A transform that passes a document and inserts the markup once. */
export function spliceHtml(options: SpliceOptions): TransformStream<Uint8Array, Uint8Array> {
  const splice = new HtmlSplice(options);
  return new TransformStream({
    transform(chunk, controller) {
      for (const part of splice.push(chunk)) controller.enqueue(part);
    },
    flush(controller) {
      for (const part of splice.finish()) controller.enqueue(part);
    },
  });
}

/** The same, told chunk by chunk. */
export class HtmlSplice {
  readonly #options: SpliceOptions;
  #held = new Uint8Array(0);
  #layout: UnitLayout;
  #scanned = 0;
  #isDone = false;

  constructor(options: SpliceOptions) {
    this.#options = options;
    this.#layout = options.layout ?? "bytes";
  }

  /** Takes the next bytes and gives those that may leave. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    if (this.#isDone) return [chunk];
    this.#held = joined(this.#held, chunk);
    if (this.#held.length < 3) return [];
    return this.#scan(false);
  }

  /** The document is over: gives what is left, with the markup in it. */
  finish(): readonly Uint8Array[] {
    return this.#isDone ? [] : this.#scan(true);
  }

  #scan(isLast: boolean): readonly Uint8Array[] {
    if (this.#scanned === 0) {
      const mark = layoutOfMark(this.#held);
      this.#layout = mark?.layout ?? this.#layout;
      this.#scanned = mark?.units ?? 0;
    }
    const units = new CodeUnits(this.#held, this.#layout);
    const result = scanForHead(units, this.#scanned, this.#options.grammar);
    if (result.type === "never") return this.#release(undefined);
    if (result.type === "insert") return this.#release(units.byteOffset(result.at));
    this.#scanned = result.from;
    if (!isLast && this.#held.length < lookAheadBytes) return [];
    return this.#release(this.#options.grammar === "html" ? units.byteOffset(result.from) : undefined);
  }

  #release(at: number | undefined): readonly Uint8Array[] {
    const held = this.#held;
    this.#isDone = true;
    this.#held = new Uint8Array(0);
    if (at === undefined) return nonEmpty([held]);
    return nonEmpty([held.subarray(0, at), encodeAscii(this.#options.markup, this.#layout), held.subarray(at)]);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

function nonEmpty(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  return parts.filter((part) => part.length > 0);
}
