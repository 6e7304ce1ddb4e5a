/** A logged request made again, in this process: it passes policy and target as if its viewer had sent it anew. */
import { type Code, TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import type { ReceivedRequest } from "@culvert/protocol/http";
import type { LoggedRequest } from "./request-log.ts";

/** Longer than that no replay is waited for. */
export const replayMs = 30_000;

/** A request without a viewer: its answer goes nowhere but into the log. */
export interface ReplayedRequest {
  readonly request: ReceivedRequest;
  /** Gives up. */
  abort(code: Code): void;
}

/** Throws `invalid-request` for one that cannot be made again as it was. */
export function replayedRequest({ head, requestBody }: LoggedRequest): ReplayedRequest {
  if (head.kind === "websocket") throw cannot("A WebSocket is not one request that could be made again.");
  if (head.hasBody && !requestBody.isEnded) {
    throw cannot("The body of this request broke off: a part of it would pass for the whole.");
  }
  if (head.hasBody && !requestBody.isWhole) {
    throw new TunnelError("invalid-request", "The body of this request was not kept.", {
      hint: "Turn on bodies, make the request in the app again, then repeat that one.",
    });
  }
  const closed = Promise.withResolvers<void>();
  closed.promise.catch(() => {});
  const abort = (code: Code) => closed.reject(new TunnelError(code, "the replay was given up", { scope: "stream" }));
  const unread = head.hasBody ? [requestBody.bytes()] : [];
  const end = async () => closed.resolve();
  const request: ReceivedRequest = {
    stream: inertStream(closed.promise, abort),
    head: { method: head.method, path: head.path, headers: head.headers, hasBody: head.hasBody },
    readBody: async () => unread.shift() ?? null,
    trailers: () => [],
    stopBody: () => {},
    writeInterimHead: async () => {},
    writeHead: async () => {},
    writeBody: async () => {},
    endBody: end,
    fail: end,
    abort,
  };
  return { request, abort };
}

function inertStream(closed: Promise<void>, abort: (code: Code) => void): ByteStream {
  return {
    ...{ id: 0, kind: "http", closed },
    read: async () => null,
    write: async () => {},
    end: () => {},
    reset: abort,
    stop: () => {},
    acknowledgedBytes: () => 0,
  };
}

function cannot(message: string): TunnelError {
  return new TunnelError("invalid-request", message);
}
