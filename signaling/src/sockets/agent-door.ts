/**
 * An attachment as other nodes reach it: viewers join over the bus, and their relays live here, beside the agent's
 * socket, like those of viewers at this node. Invariant: a relay whose viewer cannot be reached any more ends, whether
 * the bus went or the viewer's node.
 */
import { type Bus, type BusMessage, isBusJson, toBusJson } from "../bus/index.ts";
import type { Nodes } from "../cluster/index.ts";
import type { Attachment } from "../servers/index.ts";
import {
  agentSubject,
  type JoinAnswer,
  readNodeMessage,
  type ToAgentNode,
  type ToViewerNode,
  toAgentNodeSchema,
} from "./node-messages.ts";
import { readEnvelope } from "./relay-envelope.ts";
import type { Relay, Relays, ViewerLink } from "./relays.ts";

/** What doors stand on. */
export interface AgentDoorsOptions {
  readonly bus: Bus;
  readonly nodes: Nodes;
  readonly relays: Relays;
}

interface RemoteViewer {
  readonly relay: Relay;
  readonly nodeId: string;
}

export class AgentDoors {
  readonly #options: AgentDoorsOptions;
  /** Relays of viewers at other nodes, by number. */
  readonly #remote = new Map<number, RemoteViewer>();
  readonly #closers: (() => void)[];

  constructor(options: AgentDoorsOptions) {
    this.#options = options;
    this.#closers = [
      options.bus.watch((isUp) => {
        if (!isUp) this.#endWhere(() => true);
      }),
      options.nodes.watch((nodeId, isAlive) => {
        if (!isAlive) this.#endWhere((viewer) => viewer.nodeId === nodeId);
      }),
    ];
  }

  /** Lets other nodes in to an attachment until the returned function is called. */
  open(attachment: Attachment): () => void {
    const { bus } = this.#options;
    if (!bus.isShared) return () => undefined;
    const subject = agentSubject(attachment.serverId, attachment.generation);
    return bus.subscribe(subject, (message) => this.#receive(attachment, message));
  }

  /** Tells the connection that an attachment takes the place of, at whichever node it is. */
  supersede({ serverId, generation }: Attachment): void {
    const { bus } = this.#options;
    const message: ToAgentNode = { type: "superseded" };
    if (bus.isShared) bus.publish(agentSubject(serverId, generation - 1), toBusJson(message));
  }

  close(): void {
    for (const close of this.#closers) close();
  }

  #receive(attachment: Attachment, { data, answer }: BusMessage): void {
    if (!isBusJson(data)) {
      const read = readEnvelope(data);
      const viewer = read === undefined ? undefined : this.#of(attachment, read.relayId);
      if (viewer !== undefined) this.#options.relays.fromViewer(viewer.relay, data);
      return;
    }
    const message = readNodeMessage(toAgentNodeSchema, data);
    if (message === undefined) return;
    switch (message.type) {
      case "join":
        answer(toBusJson(this.#join(attachment, message)));
        break;
      case "welcomed": {
        const viewer = this.#of(attachment, message.relayId);
        if (viewer !== undefined) this.#options.relays.welcome(viewer.relay);
        break;
      }
      case "viewer-left": {
        const viewer = this.#of(attachment, message.relayId);
        if (viewer === undefined) return;
        this.#remote.delete(message.relayId);
        this.#options.relays.viewerLeft(viewer.relay, message.code);
        break;
      }
      case "superseded":
        attachment.link.fail("superseded", "A newer connection of this agent took its place.");
        break;
      default:
        message satisfies never;
    }
  }

  #join(
    attachment: Attachment,
    { type: _, viewer, nodeId, ...request }: Extract<ToAgentNode, { type: "join" }>,
  ): JoinAnswer {
    let relayId: number | undefined;
    const gone = () => {
      if (relayId !== undefined) this.#remote.delete(relayId);
    };
    const relay = this.#options.relays.join({ ...request, attachment, viewer: this.#link(viewer, gone) });
    if (relay === undefined) return { type: "full" };
    relayId = relay.relayId;
    this.#remote.set(relayId, { relay, nodeId });
    return { type: "joined", relayId };
  }

  #link(subject: string, gone: () => void): ViewerLink {
    const { bus } = this.#options;
    const tell = (message: ToViewerNode) => bus.publish(subject, toBusJson(message));
    return {
      tell: (message) => tell({ type: "tell", message }),
      // What waits for the viewer waits at its node, within the credit that was counted here.
      sendBytes: (bytes) => {
        bus.publish(subject, bytes);
        return true;
      },
      leave: (code) => {
        gone();
        tell({ type: "leave", code });
      },
      fail: (code, message) => {
        gone();
        tell({ type: "fail", code, message });
      },
    };
  }

  #of(attachment: Attachment, relayId: number): RemoteViewer | undefined {
    const viewer = this.#remote.get(relayId);
    return viewer?.relay.attachment === attachment ? viewer : undefined;
  }

  #endWhere(isGone: (viewer: RemoteViewer) => boolean): void {
    for (const [relayId, viewer] of [...this.#remote]) {
      if (!isGone(viewer)) continue;
      this.#remote.delete(relayId);
      this.#options.relays.viewerLeft(viewer.relay, "network");
    }
  }
}
