/** A target's faults in words for the person who looks at the page. */
import { TunnelError } from "@culvert/protocol";
import { type Failure, failure } from "@culvert/protocol/http";

/** How a loopback target is called in messages. */
export interface TargetPlace {
  readonly port: number;
  /** The machine's label. */
  readonly label: string;
}

const startHint = "Start the app, this page comes back by itself.";
const refusedCodes: ReadonlySet<string> = new Set(["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT", "ENETUNREACH"]);
const timeoutCodes: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT"]);

/** The failure that stands for what Node's or undici's client threw before an answer's head came. */
export function targetFailure(thrown: unknown, { port, label }: TargetPlace): Failure {
  const errorCode = errorCodeOf(thrown);
  if (refusedCodes.has(errorCode)) {
    return failure("target-unreachable", `Nothing answers on port ${port} of ${label}.`, startHint);
  }
  if (timeoutCodes.has(errorCode)) {
    return failure("target-timeout", `The app on port ${port} of ${label} did not answer in time.`);
  }
  if (errorCode === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH") {
    return failure("invalid-request", "The request's body is not as long as it said.");
  }
  if (errorCode === "UND_ERR_INVALID_ARG") {
    return failure("invalid-request", "The request holds something that HTTP cannot carry.");
  }
  if (thrown instanceof TunnelError) return failure(thrown.code, thrown.message, thrown.hint);
  return failure("target-aborted", `The app on port ${port} of ${label} closed the connection without an answer.`);
}

function errorCodeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  if (thrown instanceof AggregateError) return errorCodeOf(thrown.errors[0]);
  return thrown.cause === undefined ? "" : errorCodeOf(thrown.cause);
}
