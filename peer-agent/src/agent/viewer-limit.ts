/** How many viewers a service takes at once, at the door. Pure. */
import type { Admission, AdmissionRequest, AgentTunnel } from "@culvert/protocol/endpoint";
import type { ServiceLimits } from "@culvert/protocol/signaling";

/**
 * The refusal of one viewer too many; undefined where there is room. A viewer that lost its network may come back, or open the
 * service anew: it does not count.
 */
export function viewerRefusal(
  { serviceId, tunnelId }: Pick<AdmissionRequest, "serviceId" | "tunnelId">,
  tunnels: readonly Pick<AgentTunnel, "state" | "context" | "tunnelId">[],
  { viewers = Number.POSITIVE_INFINITY }: ServiceLimits = {},
): Admission | undefined {
  const others = tunnels.filter(
    (other) =>
      other.state === "attached" &&
      other.context.serviceId === serviceId &&
      Buffer.compare(other.tunnelId, tunnelId) !== 0,
  );
  if (others.length < viewers) return undefined;
  const message = `The service takes ${viewers} ${viewers === 1 ? "viewer" : "viewers"} at once.`;
  return { type: "refused", code: "limit-reached", message, hint: "Close it elsewhere and open it again." };
}
