/**
 * `GET /api/servers/events`: a snapshot, then every change, as server-sent events. Invariant: nothing that happens
 * between snapshot and first change is lost; a reader who does not read is cut and starts again with a snapshot.
 */
import type { ServerResponse } from "node:http";
import type { ServerEvent } from "@culvert/protocol/signaling";
import { serverLimits } from "../limits.ts";

/** What a stream reads from. */
export interface EventStreamSource {
  snapshot(): Promise<ServerEvent>;
  watch(listener: (event: ServerEvent) => void): () => void;
  /** Calls `listener` when the reader's sign-in ends: the stream ends with it. */
  watchEnd(listener: () => void): () => void;
  /** Asked with each heartbeat, for an end that nobody told; the stream ends when it is false. */
  maySeeMore(): Promise<boolean>;
}

/** Writes events to a response until the reader leaves; resolves when it has left. The response is the stream's. */
export async function writeEventStream(response: ServerResponse, source: EventStreamSource): Promise<void> {
  // A reader who left while it was asked who it is: its close has been and will not come again.
  if (response.destroyed) return;
  const ended = new Promise<void>((resolve) => response.once("close", resolve));
  let waiting: ServerEvent[] | undefined = [];
  const unwatch = source.watch((event) => (waiting === undefined ? write(response, event) : waiting.push(event)));
  const unwatchEnd = source.watchEnd(() => response.end());
  const heartbeat = setInterval(() => void beat(response, source), serverLimits.eventHeartbeatMs);
  try {
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    write(response, await source.snapshot());
    for (const event of waiting) write(response, event);
    waiting = undefined;
    await ended;
  } catch (thrown) {
    response.destroy();
    throw thrown;
  } finally {
    clearInterval(heartbeat);
    unwatch();
    unwatchEnd();
  }
}

async function beat(response: ServerResponse, source: EventStreamSource): Promise<void> {
  const allowed = await source.maySeeMore().catch(() => false);
  // It was ended and its reader takes nothing any more: its close would never come.
  if (response.writableEnded) response.destroy();
  else if (allowed) send(response, ": still here\n\n");
  else response.end();
}

function write(response: ServerResponse, event: ServerEvent): void {
  send(response, `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

function send(response: ServerResponse, text: string): void {
  if (response.destroyed || response.writableEnded) return;
  if (response.writableLength > serverLimits.eventStreamBytes) response.destroy();
  else response.write(text);
}
