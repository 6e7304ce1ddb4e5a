/** The list of servers as live events change it. Pure. */
import type { ServerEvent, ServerView } from "@culvert/protocol/signaling";

/** The list after an event; the same array where nothing changes. */
export function applyServerEvent(servers: readonly ServerView[], event: ServerEvent): readonly ServerView[] {
  switch (event.type) {
    case "servers":
      return event.servers;
    case "server": {
      const { server } = event;
      const known = servers.some(({ serverId }) => serverId === server.serverId);
      return known ? servers.map((it) => (it.serverId === server.serverId ? server : it)) : [...servers, server];
    }
    case "server-removed": {
      const rest = servers.filter(({ serverId }) => serverId !== event.serverId);
      return rest.length === servers.length ? servers : rest;
    }
  }
}
