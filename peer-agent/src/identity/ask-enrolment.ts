/** Enrolment that begins here: a link to show, then the wait until its reader has approved this machine. */
import { setTimeout as wait } from "node:timers/promises";
import { TunnelError } from "@culvert/protocol";
import {
  askedEnrollmentSchema,
  claimedEnrollmentSchema,
  enrolmentClaimProof,
  enrolmentRequestProof,
} from "@culvert/protocol/signaling";
import { postToControlPlane } from "./control-plane-request.ts";
import type { Enrolment } from "./data-folder.ts";
import { enrolmentOf, type RedeemOptions } from "./enrolment.ts";

/** How often the answer is asked for. */
const claimEveryMs = 2_000;

/** What is asked, and who is told. */
export type AskOptions = Pick<RedeemOptions, "serverUrl" | "label" | "identity"> & {
  readonly signal: AbortSignal;
  /** The link is there, to be shown beside this machine's name. */
  onLink(link: { readonly url: string; readonly expiresAt: number }): void;
  onApproved(approvedBy: string): void;
};

/** Asks and waits. Rejects with `expired` where nobody approved in time, `canceled` by the signal. */
export async function askForEnrolment(options: AskOptions): Promise<Enrolment> {
  const { serverUrl, label, identity, signal } = options;
  const { identityKey, noiseKey } = identity.publicKey;
  const signature = identity.sign(enrolmentRequestProof(new URL(serverUrl).origin, identityKey, noiseKey));
  const body = { ...identity.publicKey, label, platform: process.platform, signature };
  const asked = await postToControlPlane(new URL("/api/enrollments/requests", serverUrl), body, askedEnrollmentSchema);
  options.onLink(asked);
  const claim = { code: asked.code, signature: identity.sign(enrolmentClaimProof(asked.code)) };
  const url = new URL("/api/enrollments/requests/claim", serverUrl);
  for (;;) {
    await wait(claimEveryMs, undefined, { signal }).catch(() => {
      throw new TunnelError("canceled", "The wait for approval was given up.");
    });
    const answer = await postToControlPlane(url, claim, claimedEnrollmentSchema).catch(passingFault);
    if (answer?.state !== "approved") continue;
    options.onApproved(answer.approvedBy);
    return enrolmentOf(options, answer.enrollment);
  }
}

/** A server that is away for a moment does not end the wait; the link's own end does. */
function passingFault(thrown: unknown): undefined {
  if (thrown instanceof TunnelError && (thrown.code === "network" || thrown.code === "rate-limited")) return undefined;
  throw thrown;
}
