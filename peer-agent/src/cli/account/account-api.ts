/** Calls of the dashboard's API for an account: JSON in, JSON out, faults as they are worded there. */
import { codes, isCode, TunnelError } from "@culvert/protocol";
import { apiErrorSchema } from "@culvert/protocol/signaling";
import { Agent, type Dispatcher, request } from "undici";
import type { z } from "zod";
import { localhostLookup } from "../../network/localhost-lookup.ts";
import { networkHint, networkReason } from "../../network/network-words.ts";
import type { Account } from "./stored-account.ts";

/** A list of servers is the longest answer. */
const answerBytesMax = 4 * 1024 * 1024;
const answerTimeoutMs = 15_000;

/** What is asked for. */
export interface AccountCall<Shape> {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: object;
  readonly schema: z.ZodType<Shape>;
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with the API's own code, `unauthenticated` where the token counts no more, or `network`. */
export async function callAsAccount<Shape>(account: Account, call: AccountCall<Shape>): Promise<Shape> {
  const url = new URL(call.path, account.serverUrl);
  const dispatcher = new Agent({ connect: { lookup: localhostLookup }, maxResponseSize: answerBytesMax });
  try {
    const answer = await sent(url, account, call, dispatcher);
    const json = jsonOf(await answer.body.text());
    if (answer.statusCode < 300) {
      const fits = call.schema.safeParse(json);
      if (fits.success) return fits.data;
      throw otherVersion(url.origin);
    }
    throw faultOf(json, url.origin);
  } finally {
    await dispatcher.destroy();
  }
}

/** What proves the account to signaling's sockets. */
export function accountHeaders({ token }: Account): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

function sent<Shape>(url: URL, account: Account, call: AccountCall<Shape>, dispatcher: Agent) {
  const { method, body, signal } = call;
  const json = body === undefined ? {} : { "content-type": "application/json" };
  return request(url, {
    ...{ dispatcher, method, headers: { ...accountHeaders(account), ...json } },
    ...{ headersTimeout: answerTimeoutMs, bodyTimeout: answerTimeoutMs },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown): Dispatcher.ResponseData => {
    if (signal?.aborted) throw new TunnelError("canceled", "It was given up", { cause });
    const words = `${url.origin} cannot be reached: ${networkReason(cause)}`;
    throw new TunnelError("network", words, { cause, hint: networkHint(cause) });
  });
}

function faultOf(json: unknown, origin: string): TunnelError {
  const failure = apiErrorSchema.safeParse(json);
  if (!failure.success) {
    const hint = "Check the address: it is the one that the dashboard shows in the browser.";
    return new TunnelError("network", `${origin} does not answer like a Culvert server`, { hint });
  }
  const { code, message, hint } = failure.data.error;
  const known = isCode(code) ? code : "internal";
  if (known === "unauthenticated") {
    return new TunnelError(known, `${origin} does not take the access token any more`, {
      ...{ origin: "remote", hint: `Sign in again: culvert sign-in --server ${origin}` },
    });
  }
  return new TunnelError(known, message, { origin: "remote", hint: hint || codes[known].hint });
}

function otherVersion(origin: string): TunnelError {
  return new TunnelError("version-unsupported", `${origin} answers in a way that this version does not know`, {
    hint: "Update this program: culvert update --check",
  });
}

function jsonOf(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
