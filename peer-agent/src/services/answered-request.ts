/** What is told of a stream once it is known what becomes of it: never a query, a header or a byte of a body. */
import type { Code } from "@culvert/protocol";
import type { ReceivedRequest, ReceivedWebSocket } from "@culvert/protocol/http";

/** A request of a viewer and how it was answered; of a tcp service, a connection that came. */
export interface AnsweredRequest {
  readonly kind: "http" | "websocket" | "tcp";
  readonly method: string;
  /** Without its query, which may hold what is nobody's but the app's. */
  readonly path: string;
  /** Of the target's answer; null where there was none, and for connections. */
  readonly status: number | null;
  /** Why there was none: the policy, a target that is down …; null where there was one. */
  readonly code: Code | null;
  /** From the request's head to the answer's. */
  readonly durationMs: number;
}

/** Where it is told, and what the time is. */
export interface AnswerWatch {
  nowMs(): number;
  onAnswered(request: AnsweredRequest): void;
}

/** The same exchange; the watch is told once, when a final head or a failure goes back. */
export function watchedRequest(received: ReceivedRequest, watch: AnswerWatch): ReceivedRequest {
  const { method, path } = received.head;
  const tell = telling({ kind: "http", method, path }, watch);
  return {
    ...received,
    writeHead: (head) => {
      tell(head.status, null);
      return received.writeHead(head);
    },
    fail: (failure) => {
      tell(null, failure.code);
      return received.fail(failure);
    },
    abort: (code) => {
      tell(null, code);
      received.abort(code);
    },
  };
}

/** The same for a WebSocket: told when it is open, refused or failed. */
export function watchedWebSocket(received: ReceivedWebSocket, watch: AnswerWatch): ReceivedWebSocket {
  const tell = telling({ kind: "websocket", method: "GET", path: received.head.path }, watch);
  return {
    ...received,
    accept: (answer) => {
      tell(101, null);
      return received.accept(answer);
    },
    refuse: (head) => {
      tell(head.status, null);
      return received.refuse(head);
    },
    fail: (failure) => {
      tell(null, failure.code);
      return received.fail(failure);
    },
    abort: (code) => {
      tell(null, code);
      received.abort(code);
    },
  };
}

type Asked = Pick<AnsweredRequest, "kind" | "method" | "path">;

function telling({ kind, method, path }: Asked, { nowMs, onAnswered }: AnswerWatch) {
  const startedMs = nowMs();
  let isTold = false;
  return (status: number | null, code: Code | null): void => {
    if (isTold) return;
    isTold = true;
    const [withoutQuery = ""] = path.split("?", 1);
    onAnswered({ kind, method, path: withoutQuery, status, code, durationMs: nowMs() - startedMs });
  };
}
