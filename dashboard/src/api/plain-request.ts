/**
 * One request to Culvert's API as it stands: the answer through its schema, or a TunnelError that says what happened.
 * Invariant: nothing but TunnelError is thrown; an unreachable server is always the code `network`.
 */
import { type Code, TunnelError } from "@culvert/protocol";
import { apiErrorSchema } from "@culvert/protocol/signaling";
import { z } from "zod";

/** What a request is made of; `body` is sent as JSON. */
export interface ApiRequestOptions<Answer> {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly schema: z.ZodType<Answer>;
  readonly signal?: AbortSignal | undefined;
}

/** Body of a fault from the accounts library, which does not wrap it. */
const plainFaultSchema = z.object({ message: z.string() });

const codeByStatus: Readonly<Record<number, Code>> = {
  400: "invalid-request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  409: "already-used",
  410: "expired",
  422: "invalid-request",
  429: "rate-limited",
  502: "network",
  503: "network",
  504: "timeout",
};

/** Sends a request to this origin's API and gives the checked answer. */
export async function plainRequest<Answer>(path: string, options: ApiRequestOptions<Answer>): Promise<Answer> {
  const answer = await send(path, options);
  const body = await readJson(answer);
  if (!answer.ok) throw faultOf(answer.status, body);
  const parsed = options.schema.safeParse(body);
  if (!parsed.success)
    throw new TunnelError("protocol-error", `The answer to ${path} has a shape that this page does not know.`, {
      origin: "remote",
      hint: "Reload the page; if it stays, dashboard and server have different versions.",
      cause: parsed.error,
    });
  return parsed.data;
}

async function send(path: string, options: ApiRequestOptions<unknown>): Promise<Response> {
  const init: RequestInit = {
    method: options.method ?? "GET",
    headers: {
      accept: "application/json",
      ...(options.body !== undefined && { "content-type": "application/json" }),
      ...options.headers,
    },
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.signal && { signal: options.signal }),
  };
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (options.signal?.aborted) throw new TunnelError("canceled", "The request was given up.", { cause });
    throw unreachable(cause);
  }
}

async function readJson(answer: Response): Promise<unknown> {
  let text: string;
  try {
    text = await answer.text();
  } catch (cause) {
    throw unreachable(cause);
  }
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(cause: unknown): TunnelError {
  return new TunnelError("network", "This page cannot reach Culvert's server.", {
    hint: "Check that it runs and that this device is online; the page goes on by itself.",
    cause,
  });
}

/** The fault that an answer with a failing status stands for. */
export function faultOf(status: number, body: unknown): TunnelError {
  const ours = apiErrorSchema.safeParse(body);
  if (ours.success) {
    const { code, message, hint } = ours.data.error;
    return new TunnelError(code, message, { origin: "remote", ...(hint !== "" && { hint }) });
  }
  const plain = plainFaultSchema.safeParse(body);
  const message = plain.success ? plain.data.message.slice(0, 300) : `The server answered with status ${status}.`;
  return new TunnelError(codeByStatus[status] ?? "internal", message, { origin: "remote" });
}
