/** Service definitions as an embedding program, a configuration or the command line gives them. */
import { TunnelError } from "@culvert/protocol";
import {
  deskServiceName,
  type HeaderRules,
  type HealthProbe,
  type RelayPolicy,
  type ServerId,
  type ServiceDefinition,
  type ServiceLimits,
  type ServicePolicy,
  type SupportedProtocol,
  serviceDefinitionSchema,
  type TargetTls,
} from "@culvert/protocol/signaling";
import type { ServiceHandler } from "../targets/handler-target.ts";

/** Where an app lives. `lan` is another machine near this one; a name there never leads back to this machine. */
export type TargetOptions =
  | { readonly type: "loopback"; readonly port: number; readonly tls?: TargetTls | undefined }
  | { readonly type: "lan"; readonly host: string; readonly port: number; readonly tls?: TargetTls | undefined }
  | { readonly type: "unix"; readonly path: string }
  | ({ readonly type: "handler" } & ServiceHandler);

/** One service of an agent. */
export interface ServiceOptions {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly target: TargetOptions;
  /** `http` where it is left out; `tcp` carries bytes as they are, for `culvert forward`. */
  readonly mode?: "http" | "tcp" | undefined;
  /** What viewers may use of it; all that its mode has where it is left out. */
  readonly supportedProtocols?: readonly SupportedProtocol[] | undefined;
  /** Everything is allowed where none is given. */
  readonly policy?: ServicePolicy | undefined;
  /** How far the relay may carry it; `handshake-only` where none is given: app bytes wait for a data channel. */
  readonly relayPolicy?: RelayPolicy | undefined;
  readonly headers?: HeaderRules | undefined;
  readonly probe?: HealthProbe | undefined;
  readonly limits?: ServiceLimits | undefined;
  /** For people and scripts of this machine: shown by `culvert services`, told to nobody else. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** An app on a loopback port of this machine, in short. */
export type LoopbackService = Omit<ServiceOptions, "target"> & { readonly port: number };

/** Either form. */
export type AgentService = ServiceOptions | LoopbackService;

/** The definition that is kept for it. Throws a ZodError for a name, target or rule that cannot be. */
export function serviceDefinition(agentId: ServerId, service: AgentService): ServiceDefinition {
  if (service.name === deskServiceName)
    throw new TunnelError("invalid-request", `"${deskServiceName}" is the agent's own.`);
  const target = targetOf(service);
  return serviceDefinitionSchema.parse({
    v: 1,
    name: service.name,
    agentId,
    mode: service.mode ?? "http",
    target: target.type === "handler" ? { type: "handler", handlerId: service.name } : target,
    policy: service.policy ?? { allow: {} },
    relayPolicy: service.relayPolicy,
    supportedProtocols: service.supportedProtocols,
    headers: service.headers,
    probe: service.probe,
    limits: service.limits,
  });
}

/** Where it lives, whichever way it was said. */
export function targetOf(service: AgentService): TargetOptions {
  return "target" in service ? service.target : { type: "loopback", port: service.port };
}
