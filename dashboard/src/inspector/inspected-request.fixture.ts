/** Requests as the core tells them, for tests. */
import type { InspectedRequest } from "@culvert/browser-client";

/** A request of type fetch that went well, with changes. */
export function inspected(changes: Partial<InspectedRequest> = {}): InspectedRequest {
  return {
    ...{ id: 1, kind: "http", method: "GET", path: "/api/items", destination: "", atMs: 1_700_000_000_000 },
    ...{ status: 200, code: null, message: "", hint: "", contentType: "application/json" },
    ...{ queueMs: 1, headMs: 40, targetMs: 25, totalMs: 50, requestBytes: 0, answerBytes: 1_200, frames: 0 },
    replayOf: null,
    ...changes,
  };
}
