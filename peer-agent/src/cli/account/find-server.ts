/** The server that somebody means by its label or the beginning of its id. Pure. */
import { TunnelError } from "@culvert/protocol";
import type { ServerView } from "@culvert/protocol/signaling";

/** One of the list. Throws `not-found` with those that there are, or `invalid-request` where several are meant. */
export function findServer(servers: readonly ServerView[], wanted: string): ServerView {
  const named = servers.filter(({ label, serverId }) => label === wanted || serverId === wanted);
  const found = named.length > 0 ? named : servers.filter((server) => isMeant(server, wanted));
  const [server] = found;
  if (server !== undefined && found.length === 1) return server;
  if (server === undefined) {
    const labels = servers.map(({ label }) => label).join(", ");
    const hint = labels === "" ? "Add one: culvert connect <port> on that machine." : `There are: ${labels}.`;
    throw new TunnelError("not-found", `You have no server "${wanted}"`, { hint });
  }
  const ids = found.map(({ label, serverId }) => `${label} (${serverId.slice(0, 8)})`).join(", ");
  throw new TunnelError("invalid-request", `${found.length} servers are called so: ${ids}`, {
    hint: "Name one by the beginning of its id.",
  });
}

function isMeant({ label, serverId }: ServerView, wanted: string): boolean {
  if (wanted === "") return false;
  return label.toLowerCase() === wanted.toLowerCase() || (wanted.length >= 4 && serverId.startsWith(wanted));
}
