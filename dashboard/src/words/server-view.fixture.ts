/** A server for tests of words: ready, with one web app. */
import type { ServerView } from "@culvert/protocol/signaling";

type Primary = NonNullable<ServerView["primaryService"]>;

/** The server with `changes`. */
export function serverView(changes: Partial<ServerView> = {}): ServerView {
  const services = [
    { serviceId: "s".repeat(26), serviceName: "vite", mode: "http", supportedProtocols: ["http"], health: "healthy" },
  ] as unknown as ServerView["services"];
  return {
    serverId: "a".repeat(26) as ServerView["serverId"],
    label: "studio-mac",
    state: "ready",
    lastConnectedAt: Date.UTC(2026, 10, 21, 14, 2),
    version: "1.4.0",
    platform: "darwin",
    compatibility: "compatible",
    capabilities: { remoteAccessEnabled: true },
    primaryService: { serviceId: "s".repeat(26), serviceName: "vite", supportedProtocols: ["http"] } as Primary,
    services,
    ...changes,
  };
}
