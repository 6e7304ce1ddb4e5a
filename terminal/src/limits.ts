/** Every number of terminals: value, unit, reason, and what happens at the limit. */

export const terminalLimits = {
  /** A transcript's file is closed and compressed at this size: small enough to unpack in memory for one reader. */
  segmentBytes: 4 * 1024 * 1024,
  /** What one session's transcript takes on disk, compressed parts counted as they are; the oldest parts go first. */
  transcriptBytes: 64 * 1024 * 1024,
  /** Parts that were last written so long ago go. */
  transcriptAgeMs: 30 * 24 * 60 * 60 * 1000,
  /** Lines above the screen that a reopened page shows; older ones are in the transcript. About 10 MB at 80 columns. */
  scrollbackLines: 10_000,
  /** A screen is put together again from at most so much output (two to three seconds of work). */
  replayBytes: 32 * 1024 * 1024,
  /** The screen is saved after so much output, so that a restarted agent has little to put together again. */
  checkpointBytes: 1024 * 1024,
  /** A page that is further behind gets the screen as it is instead of everything that led to it. */
  catchUpBytes: 512 * 1024,
  /** Output in one frame: short enough that other streams of the tunnel come in between. */
  outputFrameBytes: 32 * 1024,
  /** One message of typed or pasted text; a page cuts longer ones. */
  inputBytes: 32 * 1024,
  /** Typed bytes that a page keeps for a connection that is away; more is refused with words. */
  pendingInputBytes: 256 * 1024,
  /** A screen that is longer than this is a fault of the sender. */
  frameBytes: 64 * 1024 * 1024,
  /** A page hears from its session at least so often; silence for three of them is a lost connection. */
  beatMs: 5_000,
  /** Sessions that live at one time. */
  sessions: 64,
  /** Pages that show one session. */
  viewers: 16,
  columns: { min: 20, max: 500 },
  rows: { min: 5, max: 200 },
} as const;
