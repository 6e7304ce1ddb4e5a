/**
 * How long the target took for its head, told with the answer (SPEC.md §HTTP, `targetMs`): whoever looks at a slow app wants
 * to know whether the way is slow or the app.
 */
import type { ReceivedRequest, ReceivedWebSocket } from "@culvert/protocol/http";

/** A monotonic clock, ms. */
interface TargetClock {
  nowMs(): number;
}

/** The same exchange; its head says how long the target took for it, from now on. */
export function timedRequest(received: ReceivedRequest, clock: TargetClock): ReceivedRequest {
  const targetMs = measure(clock);
  return { ...received, writeHead: (head) => received.writeHead({ ...head, targetMs: targetMs() }) };
}

/** The same for a WebSocket: the target's 101, or what it answered instead. */
export function timedWebSocket(received: ReceivedWebSocket, clock: TargetClock): ReceivedWebSocket {
  const targetMs = measure(clock);
  return {
    ...received,
    accept: (answer) => received.accept({ ...answer, targetMs: targetMs() }),
    refuse: (head) => received.refuse({ ...head, targetMs: targetMs() }),
  };
}

/** Tenths of a ms are more than a person reads. */
function measure({ nowMs }: TargetClock): () => number {
  const startedMs = nowMs();
  return () => Math.max(0, Math.round((nowMs() - startedMs) * 10) / 10);
}
