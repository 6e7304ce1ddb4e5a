/** A request of this machine to its control plane's API: JSON in, JSON out, faults as they are worded there. */
import { codes, isCode, TunnelError } from "@culvert/protocol";
import { apiErrorSchema } from "@culvert/protocol/signaling";
import type { z } from "zod";
import { localhostLookup } from "../network/localhost-lookup.ts";
import { networkHint, networkReason } from "../network/network-words.ts";
import { Agent, requestOver } from "../network/undici-parts.ts";

/** An answer larger than this is none of ours. */
const answerBytesMax = 64 * 1024;
const answerTimeoutMs = 15_000;

/** Posts `body`. Rejects with the control plane's own code, or `network` where it cannot be reached or is none of ours. */
export async function postToControlPlane<Shape>(
  url: URL,
  body: object,
  schema: z.ZodType<Shape>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Shape> {
  const answer = await post(url, body, headers);
  const fits = schema.safeParse(answer);
  if (!fits.success) throw notCulvert(url.origin);
  return fits.data;
}

async function post(url: URL, body: object, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const dispatcher = new Agent({ connect: { lookup: localhostLookup }, maxResponseSize: answerBytesMax });
  try {
    const answer = await requestOver(dispatcher, {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      headersTimeout: answerTimeoutMs,
      bodyTimeout: answerTimeoutMs,
    }).catch((cause: unknown) => {
      const words = `${url.origin} cannot be reached: ${networkReason(cause)}`;
      throw new TunnelError("network", words, { cause, hint: networkHint(cause) });
    });
    const text = await answer.body.text();
    const json = parseJson(text);
    if (answer.statusCode === 200 || answer.statusCode === 201) return json;
    const failure = apiErrorSchema.safeParse(json);
    if (!failure.success) throw notCulvert(url.origin);
    const { code, message, hint } = failure.data.error;
    const known = isCode(code) ? code : "internal";
    throw new TunnelError(known, message, { origin: "remote", hint: hint || codes[known].hint });
  } finally {
    await dispatcher.destroy();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notCulvert(serverUrl: string): TunnelError {
  const hint = "Check the address: it is the one that the dashboard shows in the browser.";
  return new TunnelError("network", `${serverUrl} does not answer like a Culvert server`, { origin: "remote", hint });
}
