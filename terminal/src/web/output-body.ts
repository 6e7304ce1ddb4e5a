/**
 * A session's output as the body of one answer: a screen where the page has none, then everything that follows it.
 * Invariant: bytes are taken from the transcript when the page has room for them; a page that falls far behind gets the
 * screen as it is then, so nothing waits in memory and a key never stands behind old output.
 */
import { setTimeout as wait } from "node:timers/promises";
import { terminalLimits } from "../limits.ts";
import { encodeFrame, type OutputFrame, type Sequence } from "../link/output-frame.ts";
import type { LiveSession } from "../sessions/live-session.ts";
import { TranscriptReader } from "../transcript/transcript-reader.ts";

/** Whole screens cost work: a page that cannot keep up gets one so often at most. */
const screenPauseMs = 250;

export interface OutputBodyOptions {
  readonly live: LiveSession;
  readonly transcriptFolder: string;
  readonly viewerId: string;
  /** What the page has already; undefined for a page without a screen. */
  readonly after: Sequence | undefined;
}

/** The body. It ends after a session's last output, and when its reader cancels. */
export function outputBody(options: OutputBodyOptions): ReadableStream<Uint8Array> {
  const left = new AbortController();
  const frames = outputFrames(options, left.signal);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(encodeFrame(value));
      },
      cancel: () => left.abort(),
    },
    { highWaterMark: 0 },
  );
}

/** Frames, each made when it is asked for, until the page has left. */
async function* outputFrames(
  options: OutputBodyOptions,
  left: AbortSignal,
): AsyncGenerator<OutputFrame, void, undefined> {
  const { live, transcriptFolder, viewerId } = options;
  const leave = live.join(viewerId);
  left.addEventListener("abort", leave);
  try {
    const reader = new TranscriptReader(transcriptFolder);
    let statusCount = -1;
    let screenMs = Number.NEGATIVE_INFINITY;
    let sequence = canContinue(options.after, reader) ? options.after : undefined;
    while (!live.isClosed && !left.aborted) {
      const { count } = live.growth;
      if (live.statusCount !== statusCount) {
        statusCount = live.statusCount;
        yield { type: "status", json: JSON.stringify(live.status()) };
      }
      if (sequence === undefined) {
        await wait(Math.max(0, screenMs + screenPauseMs - performance.now()));
        const snapshot = await live.snapshot(0);
        screenMs = performance.now();
        sequence = snapshot.sequence;
        yield { type: "screen", ...snapshot };
        continue;
      }
      const isFarBehind = live.shownSequence - sequence > terminalLimits.catchUpBytes;
      const bytes: Uint8Array | undefined = isFarBehind
        ? undefined
        : reader.read(sequence, terminalLimits.outputFrameBytes);
      if (bytes === undefined) {
        sequence = undefined;
      } else if (bytes.length > 0) {
        yield { type: "output", sequence, bytes };
        sequence += bytes.length;
      } else if (!live.isLive) {
        if (live.statusCount === statusCount) return;
      } else if (!(await hasGrown(live, count, left))) {
        yield { type: "beat", sequence };
      }
    }
  } finally {
    leave();
  }
}

function canContinue(after: Sequence | undefined, reader: TranscriptReader): after is Sequence {
  const end = reader.end();
  return after !== undefined && after >= reader.start && after <= end && end - after <= terminalLimits.catchUpBytes;
}

/** False after a beat without anything new. */
async function hasGrown(live: LiveSession, count: number, left: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const quiet = wait(terminalLimits.beatMs, false, { signal: AbortSignal.any([over.signal, left]) }).catch(() => false);
  const grown = await Promise.race([live.growth.after(count).then(() => true), quiet]);
  over.abort();
  return grown;
}
