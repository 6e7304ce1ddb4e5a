/** Redeeming an enrolment code: the agent proves its key over the code, and pins the control plane's signing keys. */
import { codes, isCode, TunnelError } from "@culvert/protocol";
import {
  apiErrorSchema,
  enrolmentProof,
  type RedeemEnrollment,
  redeemedEnrollmentSchema,
} from "@culvert/protocol/signaling";
import { Agent, request } from "undici";
import { localhostLookup } from "../network/localhost-lookup.ts";
import type { AgentIdentity } from "./agent-identity.ts";
import type { Enrolment } from "./data-folder.ts";

/** An answer larger than this is none of ours. */
const answerBytesMax = 64 * 1024;
const answerTimeoutMs = 15_000;

export interface RedeemOptions {
  /** Origin of the dashboard, `https://culvert.example`. */
  readonly serverUrl: string;
  readonly enrolmentCode: string;
  readonly label: string;
  readonly identity: AgentIdentity;
}

/** Enrols this machine. Rejects with the control plane's own code, or `network` where it cannot be reached. */
export async function redeemEnrolment(options: RedeemOptions): Promise<Enrolment> {
  const { serverUrl, enrolmentCode, label, identity } = options;
  const { identityKey, noiseKey } = identity.publicKey;
  const signature = identity.sign(enrolmentProof(enrolmentCode, identityKey, noiseKey));
  const answer = await post(new URL("/api/enrollments/redeem", serverUrl), {
    code: enrolmentCode,
    label,
    ...identity.publicKey,
    signature,
  });
  const redeemed = redeemedEnrollmentSchema.safeParse(answer);
  if (!redeemed.success) throw notCulvert(serverUrl);
  if (redeemed.data.serverId !== identity.serverId) {
    throw new TunnelError("wrong-server", `${serverUrl} gave this machine another name than its key has`);
  }
  return { v: 1, serverUrl: new URL(serverUrl).origin, label, ...redeemed.data };
}

async function post(url: URL, body: RedeemEnrollment): Promise<unknown> {
  const dispatcher = new Agent({ connect: { lookup: localhostLookup }, maxResponseSize: answerBytesMax });
  try {
    const answer = await request(url, {
      dispatcher,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      headersTimeout: answerTimeoutMs,
      bodyTimeout: answerTimeoutMs,
    }).catch((cause: unknown) => {
      const hint = "Check the address and that the server runs, then try again.";
      throw new TunnelError("network", `${url.origin} cannot be reached`, { cause, hint });
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
