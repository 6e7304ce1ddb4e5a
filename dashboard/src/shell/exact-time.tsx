/** A moment in relative words whose exact time shows on hover. */
import type { ReactElement } from "react";
import { exactWords } from "../words/moment.ts";

/** `words` as they are; the exact moment as title and for machines. */
export function ExactTime({ atMs, words }: { atMs: number; words: string }): ReactElement {
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactWords(atMs, { nowMs: Date.now() })}>
      {words}
    </time>
  );
}
