/**
 * How a viewer at this node meets an agent, at this node or another. Invariant: an agent that is not where its row says
 * is told at once, and a relay across nodes ends when the bus or the other node is gone, so that the viewer comes back.
 */
import { TunnelError } from "@culvert/protocol";
import type { ServerId } from "@culvert/protocol/signaling";
import { type Bus, type BusMessage, toBusJson } from "../bus/index.ts";
import type { Nodes } from "../cluster/index.ts";
import { serverLimits } from "../limits.ts";
import type { Attachments, ServerDirectory } from "../servers/index.ts";
import type { ServersTable } from "../store/index.ts";
import { type JoinedRelay, localRelay, type ViewerRequest } from "./joined-relay.ts";
import { agentSubject, joinAnswerSchema, readNodeMessage, type ToAgentNode } from "./node-messages.ts";
import type { Relays } from "./relays.ts";
import { RemoteRelay } from "./remote-relay.ts";

/** What routes stand on. */
export interface RelayRoutesOptions {
  readonly bus: Bus;
  readonly nodes: Nodes;
  readonly attachments: Attachments;
  readonly directory: ServerDirectory;
  readonly relays: Relays;
}

/** An attachment that moved between reading its row and asking is looked for so often. */
const tries = 2;

export class RelayRoutes {
  readonly #options: RelayRoutesOptions;
  readonly #remote = new Map<string, RemoteRelay>();
  readonly #closers: (() => void)[];
  #lastViewer = 0;

  constructor(options: RelayRoutesOptions) {
    this.#options = options;
    const { bus, nodes } = options;
    this.#closers = [
      bus.watch((isUp) => {
        if (!isUp) this.#endWhere(() => true);
      }),
      nodes.watch((nodeId, isAlive) => {
        if (!isAlive) this.#endWhere((relay) => relay.nodeId === nodeId);
      }),
      ...(bus.isShared ? [bus.subscribe(`viewer.${nodes.nodeId}.*`, (message) => this.#receive(message))] : []),
    ];
  }

  /** Joins a viewer to a server's agent. Throws `offline`, `network` or `limit-reached` in words. */
  async join(serverId: ServerId, request: ViewerRequest): Promise<JoinedRelay> {
    const { directory, attachments, relays, nodes } = this.#options;
    for (let left = tries; left > 0; left -= 1) {
      const attachment = attachments.get(serverId);
      if (attachment !== undefined) {
        const relay = relays.join({ ...request, attachment });
        if (relay === undefined) throw tooMany();
        return localRelay(relays, relay);
      }
      const row = await directory.enrolled(serverId);
      if (row === undefined) throw notConnected(true);
      if (row.nodeId === nodes.nodeId || !nodes.isAlive(row.nodeId)) throw notConnected(row.endedAt !== null);
      const joined = await this.#joinAt(row, request);
      if (joined !== undefined) return joined;
    }
    throw notConnected(false);
  }

  close(): void {
    for (const close of this.#closers) close();
  }

  /** Asks the node that a row names; undefined where the agent is not there. */
  async #joinAt(row: ServersTable, request: ViewerRequest): Promise<JoinedRelay | undefined> {
    const { bus, nodes } = this.#options;
    this.#lastViewer += 1;
    const name = `viewer.${nodes.nodeId}.${this.#lastViewer}`;
    const { viewer, ...asked } = request;
    const subject = agentSubject(row.serverId, row.generation);
    const relay = new RemoteRelay({
      ...{ viewer, nodeId: row.nodeId ?? "" },
      publish: (data) => bus.publish(subject, data),
      onEnd: () => this.#remote.delete(name),
    });
    // What the agent sends may overtake the answer.
    this.#remote.set(name, relay);
    const message: ToAgentNode = { type: "join", viewer: name, nodeId: nodes.nodeId, ...asked };
    const answer = await bus.request(subject, toBusJson(message));
    const read = answer.type === "answer" ? readNodeMessage(joinAnswerSchema, answer.data) : undefined;
    if (read?.type === "joined") return relay.joined(read.relayId);
    this.#remote.delete(name);
    if (answer.type === "nobody") return undefined;
    if (read?.type === "full") throw tooMany();
    throw new TunnelError(
      "unavailable",
      "Your server is connected to another node, and the nodes do not reach each other.",
    );
  }

  #receive({ subject, data }: BusMessage): void {
    this.#remote.get(subject)?.receive(data);
  }

  #endWhere(isGone: (relay: RemoteRelay) => boolean): void {
    for (const relay of [...this.#remote.values()]) if (isGone(relay)) relay.end("network");
  }
}

function tooMany(): TunnelError {
  return new TunnelError("limit-reached", `${serverLimits.viewersPerAgent} viewers are joined to this server.`);
}

/**
 * An agent that ended its connection is `offline`. One that fell silent, or whose node is gone, may be asleep or on its
 * way back: `network`, so that its tunnels are waited for through their grace time.
 */
function notConnected(hasEnded: boolean): TunnelError {
  if (hasEnded) return new TunnelError("offline", "The server is not connected now.");
  return new TunnelError("network", "The server does not answer now; it may be asleep or on its way back.");
}
