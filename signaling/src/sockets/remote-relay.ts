/**
 * A relay whose agent is at another node, as the viewer's node holds it. Invariant: credit is counted here too, so that
 * a viewer puts no more on the bus than the agent has allowed; what comes before the viewer knows that it joined waits.
 */
import type { Code } from "@culvert/protocol";
import { isBusJson, toBusJson } from "../bus/index.ts";
import type { JoinedRelay } from "./joined-relay.ts";
import { readNodeMessage, type ToAgentNode, toViewerNodeSchema } from "./node-messages.ts";
import { PassedCredit } from "./passed-credit.ts";
import { readEnvelope } from "./relay-envelope.ts";
import { beyondCredit, isWithinCredit, type ViewerLink } from "./relays.ts";

/** What it stands on. */
export interface RemoteRelayOptions {
  readonly viewer: ViewerLink;
  /** The node of the agent. */
  readonly nodeId: string;
  /** Sends to the agent's subject. */
  readonly publish: (data: Uint8Array) => void;
  /** Called once, when nothing follows. */
  readonly onEnd: () => void;
}

type Phase =
  | { readonly name: "asked"; readonly waiting: Uint8Array[] }
  | { readonly name: "joined"; readonly relayId: number; readonly waiting: Uint8Array[] }
  | { readonly name: "open"; readonly relayId: number }
  | { readonly name: "ended" };

export class RemoteRelay {
  readonly #options: RemoteRelayOptions;
  readonly #toAgent = new PassedCredit();
  readonly #toViewer = new PassedCredit();
  #phase: Phase = { name: "asked", waiting: [] };

  constructor(options: RemoteRelayOptions) {
    this.#options = options;
  }

  get nodeId(): string {
    return this.#options.nodeId;
  }

  /** The agent's node has joined it; gives the relay to the viewer's socket. */
  joined(relayId: number): JoinedRelay {
    if (this.#phase.name === "asked") this.#phase = { name: "joined", relayId, waiting: this.#phase.waiting };
    return {
      relayId,
      welcome: () => this.#open(relayId),
      fromViewer: (envelope) => this.#fromViewer(relayId, envelope),
      viewerLeft: (code) => this.#viewerLeft(relayId, code),
    };
  }

  /** A message from the agent's node: an envelope, or what became of the relay. */
  receive(data: Uint8Array): void {
    const phase = this.#phase;
    if (phase.name === "asked" || phase.name === "joined") phase.waiting.push(data);
    else if (phase.name === "open") this.#handOn(phase.relayId, data);
  }

  /** Ends it for the viewer, with the reason; the agent's node finds out by itself or is told. */
  end(code: Code): void {
    if (this.#phase.name === "ended") return;
    this.#ended();
    this.#options.viewer.leave(code);
  }

  #open(relayId: number): void {
    const phase = this.#phase;
    if (phase.name !== "joined") return;
    this.#phase = { name: "open", relayId };
    this.#tell({ type: "welcomed", relayId });
    for (const data of phase.waiting) this.receive(data);
  }

  #handOn(relayId: number, data: Uint8Array): void {
    const { viewer } = this.#options;
    if (!isBusJson(data)) {
      const read = readEnvelope(data);
      const fits = read !== undefined && isWithinCredit(read, this.#toViewer, this.#toAgent);
      if (!fits) this.#giveUp(relayId, "path-failed");
      else if (!viewer.sendBytes(data)) this.#giveUp(relayId, "limit-reached");
      return;
    }
    const message = readNodeMessage(toViewerNodeSchema, data);
    if (message?.type === "tell") viewer.tell(message.message);
    if (message?.type === "leave") this.end(message.code);
    if (message?.type === "fail") {
      this.#ended();
      viewer.fail(message.code, message.message);
    }
  }

  #fromViewer(relayId: number, envelope: Uint8Array): void {
    if (this.#phase.name === "ended") return;
    const read = readEnvelope(envelope);
    if (read === undefined || read.relayId !== relayId) this.#refuse(relayId, "This is no envelope of this relay.");
    else if (!isWithinCredit(read, this.#toAgent, this.#toViewer)) this.#refuse(relayId, beyondCredit);
    else this.#options.publish(envelope);
  }

  /** The viewer broke a rule. */
  #refuse(relayId: number, words: string): void {
    this.#viewerLeft(relayId, "protocol-error");
    this.#options.viewer.fail("protocol-error", words);
  }

  #giveUp(relayId: number, code: Code): void {
    this.#viewerLeft(relayId, code);
    this.#options.viewer.leave(code);
  }

  #viewerLeft(relayId: number, code: Code): void {
    if (this.#phase.name === "ended") return;
    this.#ended();
    this.#tell({ type: "viewer-left", relayId, code });
  }

  #ended(): void {
    this.#phase = { name: "ended" };
    this.#options.onEnd();
  }

  #tell(message: ToAgentNode): void {
    this.#options.publish(toBusJson(message));
  }
}
