/** Redeeming an enrolment code: the agent proves its key over the code, and pins the control plane's signing keys. */
import { TunnelError } from "@culvert/protocol";
import { enrolmentProof, type RedeemedEnrollment, redeemedEnrollmentSchema } from "@culvert/protocol/signaling";
import type { AgentIdentity } from "./agent-identity.ts";
import { postToControlPlane } from "./control-plane-request.ts";
import type { Enrolment } from "./data-folder.ts";

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
  const body = { code: enrolmentCode, label, ...identity.publicKey, signature };
  const url = new URL("/api/enrollments/redeem", serverUrl);
  return enrolmentOf(options, await postToControlPlane(url, body, redeemedEnrollmentSchema));
}

/** What is kept of an answer. Throws `wrong-server` where it names another machine. */
export function enrolmentOf(
  { serverUrl, label, identity }: Pick<RedeemOptions, "serverUrl" | "label" | "identity">,
  redeemed: RedeemedEnrollment,
): Enrolment {
  if (redeemed.serverId !== identity.serverId) {
    throw new TunnelError("wrong-server", `${serverUrl} gave this machine another name than its key has`);
  }
  return { v: 1, serverUrl: new URL(serverUrl).origin, label, ...redeemed };
}
