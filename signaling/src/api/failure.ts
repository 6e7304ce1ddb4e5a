/** How a fault becomes an answer: `{error: {code, message, hint}}` with the status that belongs to the code. */
import { type Code, codes, TunnelError } from "@culvert/protocol";
import type { ApiError } from "@culvert/protocol/signaling";

/** An answer to a failed request. */
export interface Failure {
  readonly status: number;
  readonly body: ApiError;
}

/** The answer for anything that was thrown. What is not ours says nothing about its inside. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof TunnelError) return failure(thrown.code, thrown.message, thrown.hint);
  const status = statusOf(thrown);
  if (status === undefined || status >= 500) return failure("internal", "The server failed to answer.");
  return failure(codeOfStatus(status), messageOfStatus(status), undefined, status);
}

/** An answer by code; the hint falls back to the code's own. */
export function failure(code: Code, message: string, hint?: string, status?: number): Failure {
  const meaning = codes[code];
  return { status: status ?? meaning.httpStatus, body: { error: { code, message, hint: hint ?? meaning.hint } } };
}

/** The closest code for an HTTP status that a library chose. */
export function codeOfStatus(status: number): Code {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 429) return "rate-limited";
  return status >= 500 ? "internal" : "invalid-request";
}

function messageOfStatus(status: number): string {
  if (status === 404) return "There is nothing at this address.";
  if (status === 413) return "The request's body is too large.";
  if (status === 415) return "The request's body is not JSON.";
  if (status === 429) return "There were too many tries from your address.";
  return "The request is malformed.";
}

function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !("statusCode" in thrown)) return undefined;
  return typeof thrown.statusCode === "number" ? thrown.statusCode : undefined;
}
