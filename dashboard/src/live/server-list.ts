/** The list of servers as live events change it. Pure. */
import type { ServerEvent, ServerView } from "@culvert/protocol/signaling";

/**
 * The list after events, in their order; the same array where nothing changes, and the same object for each server that
 * no event is about, so that only what is another is drawn anew.
 */
export function applyServerEvents(
  servers: readonly ServerView[],
  events: readonly ServerEvent[],
): readonly ServerView[] {
  const known = new Map<string, ServerView>(servers.map((server) => [server.serverId, server]));
  let isChanged = false;
  for (const event of events) {
    switch (event.type) {
      case "servers":
        known.clear();
        for (const server of event.servers) known.set(server.serverId, server);
        isChanged = true;
        break;
      case "server":
        known.set(event.server.serverId, event.server);
        isChanged = true;
        break;
      case "server-removed":
        isChanged = known.delete(event.serverId) || isChanged;
        break;
    }
  }
  return isChanged ? [...known.values()] : servers;
}
