/** Service definitions as an embedding program or the command line gives them. */

import { TunnelError } from "@culvert/protocol";
import type { RelayPolicy, ServicePolicy } from "@culvert/protocol/signaling";
import {
  deskServiceName,
  type ServerId,
  type ServiceDefinition,
  serviceDefinitionSchema,
} from "@culvert/protocol/signaling";

/** An app on a loopback port of this machine. */
export interface LoopbackService {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly port: number;
  /** Everything is allowed where none is given. */
  readonly policy?: ServicePolicy;
  /** How far the relay may carry it; `handshake-only` where none is given: app bytes wait for a data channel. */
  readonly relayPolicy?: RelayPolicy;
}

/** The definition that is kept for it. Throws a ZodError for a name or port that cannot be. */
export function loopbackDefinition(agentId: ServerId, service: LoopbackService): ServiceDefinition {
  if (service.name === deskServiceName)
    throw new TunnelError("invalid-request", `"${deskServiceName}" is the agent's own.`);
  return serviceDefinitionSchema.parse({
    v: 1,
    name: service.name,
    agentId,
    mode: "http",
    target: { type: "loopback", port: service.port },
    policy: service.policy ?? { allow: {} },
    relayPolicy: service.relayPolicy,
  });
}
