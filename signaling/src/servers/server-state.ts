/** How a server's row and its last presence become what the dashboard sees. Pure. */
import { protocolVersions } from "@culvert/protocol";
import {
  type AgentPresence,
  agentPresenceSchema,
  deskServiceName,
  type RelayPolicy,
  type ServerId,
  type ServerState,
  type ServerView,
  type ServiceView,
  serviceIdOf,
} from "@culvert/protocol/signaling";
import { sha256 } from "../keys/index.ts";
import type { ServersTable } from "../store/index.ts";

/** What is told of a server that never connected. */
const silentPresence: AgentPresence = {
  label: "-",
  agentVersion: "",
  platform: "",
  remoteAccessEnabled: false,
  primaryServiceName: null,
  services: [],
};

/** The server as the dashboard sees it. `connected`: an agent with this identity is attached now. */
export function serverViewOf(row: ServersTable, connected: boolean): ServerView {
  const presence = presenceOf(row);
  const serverId = row.serverId as ServerId;
  const services = presence.services.map(
    (service): ServiceView => ({
      serviceId: serviceIdOf(serverId, service.name, sha256),
      serviceName: service.name,
      mode: service.mode,
      supportedProtocols: service.supportedProtocols,
      health: connected ? service.health : "unknown",
    }),
  );
  const primary = services.find((service) => service.serviceName === presence.primaryServiceName);
  return {
    serverId,
    label: row.ownerLabel ?? row.label,
    ...(row.ownerGroup !== null && { group: row.ownerGroup }),
    state: connected ? connectedState(services, primary) : "disconnected",
    lastConnectedAt: row.lastConnectedAt,
    version: presence.agentVersion,
    platform: presence.platform,
    compatibility: compatibilityOf(row),
    capabilities: {
      remoteAccessEnabled: presence.remoteAccessEnabled,
      locked: presence.locked === true,
      desk: presence.desk === true,
    },
    ...successionOf(row),
    primaryService:
      primary === undefined
        ? null
        : {
            serviceId: primary.serviceId,
            serviceName: primary.serviceName,
            supportedProtocols: primary.supportedProtocols,
          },
    services,
    ...(connected && presence.viewers !== undefined && { viewers: presence.viewers }),
  };
}

function successionOf(row: ServersTable): Pick<ServerView, "succeeds"> {
  const { succeedsServerId, succeedsIdentityKey: identityKey, successionSignature: signature } = row;
  if (succeedsServerId === null || identityKey === null || signature === null) return {};
  return { succeeds: { serverId: succeedsServerId as ServerId, identityKey, signature } };
}

/** How far the relay may carry a service, as its agent told last; the agent holds to its own setting in any case. */
export function relayPolicyOf(row: ServersTable, serviceName: string): RelayPolicy {
  // A few small answers, which must come where no direct path does.
  if (serviceName === deskServiceName) return "full";
  return presenceOf(row).services.find(({ name }) => name === serviceName)?.relayPolicy ?? "handshake-only";
}

/** The presence an agent told last; silence where a version of ours kept it that this one cannot read. */
export function presenceOf(row: ServersTable): AgentPresence {
  if (row.presence === null) return silentPresence;
  const kept = agentPresenceSchema.safeParse(JSON.parse(row.presence));
  return kept.success ? kept.data : silentPresence;
}

/**
 * ready: the primary service answers; degraded: it does, another does not; unavailable: it does not, or there is none.
 * A service not probed yet counts as answering: the first probe is a moment away.
 */
function connectedState(services: readonly ServiceView[], primary: ServiceView | undefined): ServerState {
  if (primary === undefined || primary.health === "unreachable") return "unavailable";
  return services.some((service) => service.health === "unreachable") ? "degraded" : "ready";
}

function compatibilityOf({ minVersion, maxVersion }: ServersTable): ServerView["compatibility"] {
  if (minVersion === null || maxVersion === null) return "compatible";
  if (maxVersion < protocolVersions.min) return "agent-too-old";
  return minVersion > protocolVersions.max ? "agent-too-new" : "compatible";
}
