/** Which servers a search and a filter leave. Pure. */
import type { ServerState, ServerView } from "@culvert/protocol/signaling";
import { viewersWords } from "../words/open-viewers.ts";
import { platformWords, serverStateWords } from "../words/server-state.ts";

/** Servers in which every word of the search occurs: in label, state, platform, version, ways or a service's name. */
export function matchingServers(servers: readonly ServerView[], search: string): readonly ServerView[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return servers;
  return servers.filter((server) => {
    const text = textOf(server);
    return words.every((word) => text.includes(word));
  });
}

/** Servers in one state, or in any. */
export function serversIn(servers: readonly ServerView[], state: ServerState | "any"): readonly ServerView[] {
  return state === "any" ? servers : servers.filter((server) => server.state === state);
}

function textOf(server: ServerView): string {
  return [
    server.label,
    server.group ?? "",
    serverStateWords(server.state).word,
    platformWords(server.platform),
    server.version,
    viewersWords(server.viewers ?? []),
    ...server.services.map(({ serviceName }) => serviceName),
  ]
    .join("\n")
    .toLowerCase();
}
