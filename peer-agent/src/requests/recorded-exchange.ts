/** Exchanges that leave their trace in the log while they pass. */
import type { Code } from "@culvert/protocol";
import type { ReceivedRequest, ReceivedWebSocket, ResponseHead } from "@culvert/protocol/http";
import type { LoggedAnswer, LoggedHead, Recording, RequestLog } from "./request-log.ts";

/** Whose requests are recorded. */
export type RecordedFor = Pick<LoggedHead, "serviceName" | "viewerId" | "replayOf">;

/** The same exchange, recorded. */
export function recordedRequest(received: ReceivedRequest, log: RequestLog, whose: RecordedFor): ReceivedRequest {
  const { method, path, headers, hasBody } = received.head;
  const recording = log.begin({ kind: "http", ...whose, method, path, headers, hasBody });
  endWith(recording, received.stream.closed);
  return {
    ...received,
    async readBody() {
      const bytes = await received.readBody();
      if (bytes === null) recording.requestEnded();
      else recording.requestBytes(bytes);
      return bytes;
    },
    writeHead(head) {
      recording.answer(answered(head));
      return received.writeHead(head);
    },
    writeBody(bytes) {
      recording.answerBytes(bytes);
      return received.writeBody(bytes);
    },
    fail(failure) {
      recording.answer(refused(failure.code, failure.message));
      return received.fail(failure);
    },
    abort(code) {
      recording.answer(refused(code, ""));
      received.abort(code);
    },
  };
}

/** The same WebSocket, recorded: its opening and its end, not its messages. */
export function recordedWebSocket(received: ReceivedWebSocket, log: RequestLog, whose: RecordedFor): ReceivedWebSocket {
  const { path, headers } = received.head;
  const recording = log.begin({ kind: "websocket", ...whose, method: "GET", path, headers, hasBody: false });
  endWith(recording, received.stream.closed);
  return {
    ...received,
    accept(answer) {
      recording.answer(answered({ status: 101, statusText: "", headers: answer.headers }));
      return received.accept(answer);
    },
    refuse(head) {
      recording.answer(answered(head));
      return received.refuse(head);
    },
    fail(failure) {
      recording.answer(refused(failure.code, failure.message));
      return received.fail(failure);
    },
    abort(code) {
      recording.answer(refused(code, ""));
      received.abort(code);
    },
  };
}

function endWith(recording: Recording, closed: Promise<void>): void {
  closed.then(
    () => recording.end(),
    () => {
      recording.end();
    },
  );
}

function answered({ status, headers }: ResponseHead): LoggedAnswer {
  return { status, headers, code: null, message: "" };
}

function refused(code: Code, message: string): LoggedAnswer {
  return { status: null, headers: [], code, message };
}
