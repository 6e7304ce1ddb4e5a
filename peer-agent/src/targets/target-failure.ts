/** A target's faults in words for the person who looks at the page. */
import { TunnelError } from "@culvert/protocol";
import { type Failure, failure } from "@culvert/protocol/http";
import type { TargetPlace } from "./target-address.ts";

const startHint = "Start the app, this page comes back by itself.";
const refusedCodes: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT", "ENETUNREACH", "EHOSTUNREACH"],
  ...["ENOTFOUND", "EAI_AGAIN", "ENOENT", "EACCES", "ENOTSOCK"],
]);
const timeoutCodes: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT"]);

/** The failure that stands for what Node's or undici's client threw before an answer's head came. */
export function targetFailure(thrown: unknown, { where }: TargetPlace): Failure {
  const own = tunnelErrorOf(thrown);
  if (own !== undefined) return failure(own.code, own.message, own.hint);
  const errorCode = errorCodeOf(thrown);
  if (refusedCodes.has(errorCode)) return failure("target-unreachable", `Nothing answers ${where}.`, startHint);
  if (timeoutCodes.has(errorCode)) return failure("target-timeout", `The app ${where} did not answer in time.`);
  if (errorCode === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH") {
    return failure("invalid-request", "The request's body is not as long as it said.");
  }
  if (errorCode === "UND_ERR_INVALID_ARG") {
    return failure("invalid-request", "The request holds something that HTTP cannot carry.");
  }
  if (errorCode.startsWith("HPE_")) return failure("target-aborted", `The app ${where} answered with no valid HTTP.`);
  return failure("target-aborted", `The app ${where} closed the connection without an answer.`);
}

/** undici wraps what its connector rejected with. */
function tunnelErrorOf(thrown: unknown): TunnelError | undefined {
  if (thrown instanceof TunnelError) return thrown;
  return thrown instanceof Error && thrown.cause !== undefined ? tunnelErrorOf(thrown.cause) : undefined;
}

function errorCodeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  if (thrown instanceof AggregateError) return errorCodeOf(thrown.errors[0]);
  return thrown.cause === undefined ? "" : errorCodeOf(thrown.cause);
}
