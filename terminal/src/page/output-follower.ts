/**
 * Follows one session's output over connections that come and go.
 * Invariant: what it hands on is what `OutputCursor` let through: every byte once, in order.
 */
import { terminalLimits } from "../limits.ts";
import { OutputCursor, type OutputStep } from "../link/output-cursor.ts";
import { FrameReader, type OutputFrame } from "../link/output-frame.ts";
import { type SessionStatus, sessionStatusSchema } from "../link/session-words.ts";
import { CallFailure, call } from "./calls.ts";

export type Connection =
  | { readonly type: "connecting" }
  | { readonly type: "live" }
  | { readonly type: "waiting"; readonly tries: number; readonly message: string }
  | { readonly type: "ended" }
  | { readonly type: "gone"; readonly message: string };

export interface FollowerOptions {
  readonly id: string;
  readonly viewerId: string;
  onStep(step: Exclude<OutputStep, { type: "gap" | "nothing" }>): void;
  onStatus(status: SessionStatus): void;
  onConnection(connection: Connection): void;
}

/** Three beats without a word: the connection is dead, whatever it says. */
const silenceMs = 3 * terminalLimits.beatMs;
const longestWaitMs = 5_000;

/** Follows until `signal` aborts, the session ended or is gone. Never rejects. */
export async function followOutput(options: FollowerOptions, signal: AbortSignal): Promise<void> {
  const cursor = new OutputCursor();
  let tries = 0;
  options.onConnection({ type: "connecting" });
  while (!signal.aborted) {
    try {
      const isOver = await followOnce(options, cursor, signal, () => {
        tries = 0;
      });
      if (isOver) return options.onConnection({ type: "ended" });
    } catch (thrown) {
      if (signal.aborted) return;
      if (thrown instanceof CallFailure && (thrown.status === 404 || thrown.status === 429)) {
        return options.onConnection({ type: "gone", message: `${thrown.message} ${thrown.hint}` });
      }
      tries += 1;
      const message = thrown instanceof CallFailure ? thrown.message : "The connection to the machine is away.";
      options.onConnection({ type: "waiting", tries, message });
      await pause(Math.min(longestWaitMs, 200 * 2 ** Math.min(tries, 5)), signal);
    }
  }
}

/** One connection. Resolves with true where the session ended, with false at a gap; rejects where it broke. */
async function followOnce(
  options: FollowerOptions,
  cursor: OutputCursor,
  signal: AbortSignal,
  onFrame: () => void,
): Promise<boolean> {
  const { id, viewerId, onStep, onStatus, onConnection } = options;
  const silence = new AbortController();
  let watch = setTimeout(() => silence.abort(), silenceMs);
  const after = cursor.lastSequence === undefined ? "" : `&after=${cursor.lastSequence}`;
  try {
    const path = `/api/sessions/${id}/output?viewer=${viewerId}${after}`;
    const answer = await call(path, { signal: AbortSignal.any([signal, silence.signal]) });
    const reader = answer.body?.getReader();
    const frames = new FrameReader();
    let isEnded = false;
    for (;;) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) break;
      clearTimeout(watch);
      watch = setTimeout(() => silence.abort(), silenceMs);
      for (const frame of frames.push(piece.value)) {
        onFrame();
        if (frame.type === "status") {
          const status = statusOf(frame);
          isEnded = status.state === "ended";
          if (!isEnded) onConnection({ type: "live" });
          onStatus(status);
          continue;
        }
        const step = cursor.take(frame);
        if (step.type === "gap") {
          await reader?.cancel().catch(() => {});
          return false;
        }
        if (step.type !== "nothing") onStep(step);
      }
    }
    if (!isEnded) throw new Error("The output broke off.");
    return true;
  } finally {
    clearTimeout(watch);
    silence.abort();
  }
}

function statusOf({ json }: Extract<OutputFrame, { type: "status" }>): SessionStatus {
  return sessionStatusSchema.parse(JSON.parse(json));
}

/** Ends early where the network is back or somebody looks again. */
function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(end, waitMs);
    addEventListener("online", end, { signal: over.signal });
    signal.addEventListener("abort", end, { signal: over.signal });
  });
}
