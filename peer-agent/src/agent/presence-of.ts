/** What an agent tells the control plane of itself. Pure but for the platform's name. */
import type { AgentPresence, PublishedService } from "@culvert/protocol/signaling";
import { agentVersion } from "./agent-version.ts";

/** The presence of an agent that stands so; the first service is the primary one. */
export function presenceOf(
  standing: Pick<AgentPresence, "label" | "remoteAccessEnabled" | "locked">,
  services: readonly PublishedService[],
): AgentPresence {
  return {
    ...standing,
    ...{ agentVersion, platform: process.platform, desk: true },
    primaryServiceName: services[0]?.name ?? null,
    services: [...services],
  };
}
