/** How viewers and the ends of their tunnels are called in events. */
import type { Code, TunnelError } from "@culvert/protocol";
import type { AgentTunnel } from "@culvert/protocol/endpoint";
import type { AgentViewer } from "./agent-api.ts";

/** Why a tunnel ends with its session: its viewer is done with it, or somebody took it back. */
export function sessionEndOf(by: "viewer" | undefined): readonly [Code, string] {
  return by === "viewer" ? ["closed", "the viewer closed it"] : ["revoked", "the session was taken back"];
}

/** Short, and the same for the tunnel's life. */
export function viewerIdOf({ tunnelId }: Pick<AgentTunnel, "tunnelId">): string {
  return Buffer.from(tunnelId).toString("hex").slice(0, 8);
}

/** The same for all tunnels of one device. */
export function deviceIdOf({ deviceKey }: Pick<AgentTunnel, "deviceKey">): string {
  return Buffer.from(deviceKey).toString("hex");
}

/** Who has something open. `nameOf`: the service of an id, where it is offered. */
export function viewersOf(
  tunnels: readonly AgentTunnel[],
  nameOf: (serviceId: string) => string | undefined,
): readonly AgentViewer[] {
  return tunnels.flatMap((tunnel) => {
    const serviceName = nameOf(tunnel.context.serviceId);
    return serviceName === undefined ? [] : [{ viewerId: viewerIdOf(tunnel), serviceName, paths: tunnel.paths() }];
  });
}

/** An error as an event tells it. */
export function wordsOf({ code, message }: TunnelError): {
  readonly code: TunnelError["code"];
  readonly reason: string;
} {
  return { code, reason: message };
}
