/** How somebody looks at the list: search, filter, order, groups; and the rows that this makes. Pure. */
import type { ServerState, ServerView } from "@culvert/protocol/signaling";
import { platformWords, serverStateWords } from "../words/server-state.ts";
import { matchingServers, serversIn } from "./server-search.ts";

/** Orders, as they are chosen. */
export const listOrders = { online: "Online first", name: "Name", seen: "Last seen", viewers: "Most viewers" } as const;
export type ListOrder = keyof typeof listOrders;

/** What can make groups. */
export const listGroups = {
  none: "None",
  own: "Your groups",
  state: "State",
  system: "System",
  version: "Version",
} as const;
export type ListGroup = keyof typeof listGroups;

export interface ListView {
  readonly search: string;
  readonly state: ServerState | "any";
  readonly order: ListOrder;
  readonly group: ListGroup;
}

/** A group's heading, or a server. */
export type ListRow =
  | { readonly kind: "group"; readonly key: string; readonly title: string; readonly count: number }
  | { readonly kind: "server"; readonly key: string; readonly server: ServerView };

/** Rows from top to bottom; without any where nothing is left of the servers. */
export function listRows(servers: readonly ServerView[], view: ListView): readonly ListRow[] {
  const shown = inOrder(serversIn(matchingServers(servers, view.search), view.state), view.order);
  if (view.group === "none") return shown.map(serverRow);
  const groups = new Map<string, ServerView[]>();
  for (const server of shown) {
    const title = groupTitle(server, view.group);
    const members = groups.get(title);
    if (members === undefined) groups.set(title, [server]);
    else members.push(server);
  }
  return [...groups]
    .sort(([one, left], [other, right]) => groupRank(view.group, left, right) || words.compare(one, other))
    .flatMap(([title, members]): readonly ListRow[] => [
      { kind: "group", key: `group ${title}`, title, count: members.length },
      ...members.map(serverRow),
    ]);
}

const words = new Intl.Collator("en", { numeric: true });
const states: readonly ServerState[] = ["ready", "degraded", "unavailable", "disconnected"];

/** The servers in an order; the label, then the id, breaks ties, so that rows never swap without a cause. */
export function inOrder(servers: readonly ServerView[], order: ListOrder): readonly ServerView[] {
  const rank = rankBy[order];
  return [...servers].sort(
    (left, right) =>
      compare(rank(left), rank(right)) ||
      words.compare(left.label, right.label) ||
      (left.serverId < right.serverId ? -1 : 1),
  );
}

const compare = (one: number, other: number): number => (one < other ? -1 : one > other ? 1 : 0);
const isOnline = ({ state }: ServerView): boolean => state !== "disconnected";

/** The smaller, the higher up. */
const rankBy: Readonly<Record<ListOrder, (server: ServerView) => number>> = {
  online: (server) => (isOnline(server) ? 0 : 1),
  name: () => 0,
  // Who is online is seen now, all alike.
  seen: (server) => (isOnline(server) ? Number.NEGATIVE_INFINITY : -(server.lastConnectedAt ?? 0)),
  viewers: ({ viewers }) => -(viewers?.length ?? 0),
};

function serverRow(server: ServerView): ListRow {
  return { kind: "server", key: server.serverId, server };
}

function groupTitle(server: ServerView, group: ListGroup): string {
  switch (group) {
    case "none":
      return "";
    case "own":
      return server.group ?? ungrouped;
    case "state": {
      const { word } = serverStateWords(server.state);
      return word.charAt(0).toUpperCase() + word.slice(1);
    }
    case "system":
      return platformWords(server.platform) || "Not known yet";
    case "version":
      return server.version === "" ? "Not known yet" : `Version ${server.version}`;
  }
}

const ungrouped = "In no group";

/** States have an order of their own, and what is in no group comes last; other groups are sorted by their titles. */
function groupRank(group: ListGroup, [one]: readonly ServerView[], [other]: readonly ServerView[]): number {
  if (one === undefined || other === undefined) return 0;
  if (group === "own") return Number(one.group === undefined) - Number(other.group === undefined);
  if (group !== "state") return 0;
  return states.indexOf(one.state) - states.indexOf(other.state);
}
