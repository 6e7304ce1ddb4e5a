/**
 * Where a page stands in a session's output, and what it does with what comes. Pure.
 * Invariant: every byte after a screen is written exactly once and in order, whatever is sent twice or left out.
 */
import type { OutputFrame, Sequence } from "./output-frame.ts";

/** What the page does now. */
export type OutputStep =
  /** Clear everything, take this size, write this. */
  | { readonly type: "redraw"; readonly columns: number; readonly rows: number; readonly screen: string }
  | { readonly type: "write"; readonly bytes: Uint8Array }
  /** It was there already, or says nothing new. */
  | { readonly type: "nothing" }
  /** Bytes are missing: ask again, after the last that came. */
  | { readonly type: "gap" };

/** One page's place. */
export class OutputCursor {
  #last: Sequence | undefined;

  /** Bytes of the session that are on this page; undefined before its first screen. */
  get lastSequence(): Sequence | undefined {
    return this.#last;
  }

  /** Takes one frame. */
  take(frame: Exclude<OutputFrame, { type: "status" }>): OutputStep {
    if (frame.type === "screen") {
      this.#last = frame.sequence;
      const { columns, rows, screen } = frame;
      return { type: "redraw", columns, rows, screen };
    }
    if (this.#last === undefined || frame.sequence > this.#last) return { type: "gap" };
    if (frame.type === "beat") return { type: "nothing" };
    const fresh = frame.bytes.subarray(this.#last - frame.sequence);
    if (fresh.length === 0) return { type: "nothing" };
    this.#last += fresh.length;
    return { type: "write", bytes: fresh };
  }
}
