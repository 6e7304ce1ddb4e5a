/** Fills all paths that have room with what is due. */
import { limits } from "../limits.ts";
import { buildMessage, type MessageSources } from "./message-builder.ts";
import type { OutboundMessage } from "./tunnel-life.ts";

/** Messages that paths have room for, made now; each path's go out in this order. */
export function fillPaths(sources: MessageSources, nowMs: number): OutboundMessage[] {
  const messages: OutboundMessage[] = [];
  // What one path leaves, as a flow that proved to be bulk on it, may be another's to carry, also one's before it.
  for (let before = -1; messages.length > before && (before < 0 || sources.paths.size > 1); ) {
    before = messages.length;
    fillEach(sources, messages, nowMs);
  }
  return messages;
}

/**
 * Where several paths share the work each gets one message a round: a stream whose window is small is spread over all of
 * them, and does not wait for the one that came first and is slow.
 */
function fillEach(sources: MessageSources, messages: OutboundMessage[], nowMs: number): void {
  const most = sources.paths.size > 1 ? 1 : Number.POSITIVE_INFINITY;
  for (const path of sources.paths.inAnswerOrder()) {
    for (let count = 0; count < most && path.roomBytes > 0; count += 1) {
      const message = buildMessage(sources, path, nowMs);
      if (message === undefined) break;
      path.roomBytes -= message.length + limits.tagBytes;
      messages.push({ pathId: path.pathId, message });
    }
  }
}
