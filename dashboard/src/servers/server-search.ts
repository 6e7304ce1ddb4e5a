/** Which servers the list shows, in which order. */
import type { ServerView } from "@culvert/protocol/signaling";
import { platformWords, serverStateWords } from "../words/server-state.ts";

/** Servers in which every word of the search occurs: in label, state, platform, version or a service's name. */
export function matchingServers(servers: readonly ServerView[], search: string): readonly ServerView[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return servers.filter((server) => {
    const text = [
      server.label,
      serverStateWords(server.state).word,
      platformWords(server.platform),
      server.version,
      ...server.services.map(({ serviceName }) => serviceName),
    ]
      .join("\n")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Connected servers first, then by label; the id breaks ties, so that rows never swap without a cause. */
export function inListOrder(servers: readonly ServerView[]): readonly ServerView[] {
  const rank = (server: ServerView): number => (server.state === "disconnected" ? 1 : 0);
  return [...servers].sort(
    (left, right) =>
      rank(left) - rank(right) ||
      left.label.localeCompare(right.label, "en", { numeric: true }) ||
      (left.serverId < right.serverId ? -1 : 1),
  );
}
