/**
 * An agent's socket: challenge, hello with the identity key's signature, then presence and relay bytes.
 * Invariant: nothing but a hello is taken before the agent has proven its key, and messages take effect in order.
 */
import { randomBytes } from "node:crypto";
import { type Code, protocolVersions } from "@culvert/protocol";
import {
  type AgentPresence,
  agentProof,
  type FromAgent,
  fromAgentSchema,
  type ToAgent,
} from "@culvert/protocol/signaling";
import type { WebSocket } from "ws";
import type { Pulse } from "../cluster/index.ts";
import { isSignedBy } from "../enrolment/index.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../log/index.ts";
import type { SessionWays } from "../overview/index.ts";
import type { Attachment, Attachments, ServerDirectory } from "../servers/index.ts";
import type { AgentDoors } from "./agent-door.ts";
import { ByteBudget } from "./byte-budget.ts";
import { closeCodes, JsonSocket, type SocketEnd } from "./json-socket.ts";
import type { Relays } from "./relays.ts";

/** What agent sockets stand on. */
export interface AgentSocketOptions {
  readonly directory: ServerDirectory;
  readonly attachments: Attachments;
  readonly ways: SessionWays;
  readonly relays: Relays;
  readonly doors: AgentDoors;
  /** Writes that must not be lost where the store is down. */
  readonly pulse: Pulse;
  /** Hosts that an agent may have meant to reach here. */
  readonly agentHosts: readonly string[];
  /** Of the key that session tokens are signed with. */
  readonly keySuccessions: readonly string[];
  readonly nowMs: () => number;
  readonly log: Logger;
}

type Hello = Extract<FromAgent, { type: "hello" }>;

const newerOne = "A newer connection of this agent took its place.";

type Phase =
  | { readonly name: "challenged" }
  | { readonly name: "attaching" }
  | { readonly name: "attached"; readonly attachment: Attachment; readonly closeDoor: () => void }
  | { readonly name: "closed" };

export class AgentSocket {
  readonly json: JsonSocket;
  readonly #options: AgentSocketOptions;
  readonly #nonce = randomBytes(32).toString("base64url");
  readonly #presenceBudget: ByteBudget;
  readonly #onKnown: () => void;
  readonly #helloTimer: NodeJS.Timeout;
  #phase: Phase = { name: "challenged" };
  /** Presences are written one after the other. */
  #writes: Promise<void> = Promise.resolve();
  /** Why the socket closes, for its viewers. */
  #leavingCode: Code = "offline";

  /** `onKnown`: called once the agent has proven itself. */
  constructor(socket: WebSocket, options: AgentSocketOptions, onKnown: () => void) {
    this.#options = options;
    this.#onKnown = onKnown;
    const { presenceBurst, presencePerMinute } = serverLimits;
    this.#presenceBudget = new ByteBudget(presenceBurst, presencePerMinute, options.nowMs());
    this.json = new JsonSocket(socket, {
      onJson: (message) => this.#receive(message),
      onBytes: (bytes) => this.#receiveBytes(bytes),
      onClose: (end) => this.#closed(end),
    });
    this.#helloTimer = setTimeout(() => this.#fail("timeout", "No hello came in time."), serverLimits.helloMs);
    this.#tell({ type: "challenge", nonce: this.#nonce, serverTimeMs: options.nowMs() });
  }

  #receive(message: unknown): void {
    const parsed = fromAgentSchema.safeParse(message);
    if (parsed.success) this.#take(parsed.data);
    else this.#fail("protocol-error", "This message is none of an agent's.");
  }

  #take(message: FromAgent): void {
    const phase = this.#phase;
    const { type } = message;
    if (type === "hello" && phase.name === "challenged") {
      this.#phase = { name: "attaching" };
      this.#attach(message).catch((thrown: unknown) => {
        this.#options.log.error({ err: thrown }, "an agent could not be attached");
        this.#fail("internal", "The server failed to attach this agent.");
      });
    } else if (type === "presence" && phase.name === "attached") {
      this.#updatePresence(phase.attachment, message.presence);
    } else if (type === "viewer-dismissed" && phase.name === "attached") {
      this.#options.relays.dismissed(phase.attachment, message.relayId, message.code);
    } else if (phase.name !== "closed") {
      this.#fail("protocol-error", `A ${type} message has no place here.`);
    }
  }

  #receiveBytes(bytes: Uint8Array): void {
    const phase = this.#phase;
    if (phase.name === "closed") return;
    if (phase.name !== "attached" || !this.#options.relays.fromAgent(phase.attachment, bytes)) {
      this.#fail("protocol-error", "These bytes are no envelope of a relay.");
    }
  }

  async #attach(hello: Hello): Promise<void> {
    const { directory, attachments, nowMs } = this.#options;
    const { serverId, versions } = hello;
    const row = await directory.enrolled(serverId);
    if (row === undefined) {
      const hint = "Enrol it with a code from the dashboard: Servers, Add server.";
      return this.#fail("not-found", "This machine is not enrolled here, or was removed.", hint);
    }
    if (
      !this.#options.agentHosts.some((host) =>
        isSignedBy(row.identityKey, agentProof(this.#nonce, host), hello.signature),
      )
    ) {
      return this.#fail("forbidden", "The machine did not prove its key for this host.");
    }
    if (versions.max < protocolVersions.min || versions.min > protocolVersions.max) {
      await directory.turnAway(serverId, versions);
      const spoken = `${protocolVersions.min} to ${protocolVersions.max}`;
      return this.#fail("version-unsupported", `This server speaks protocol versions ${spoken}.`);
    }
    const generation = await directory.greet(serverId, hello);
    if (generation === undefined) return this.#fail("not-found", "This machine was removed.");
    if (this.#phase.name !== "attaching") return;
    const attachment: Attachment = { serverId, accountId: row.accountId, generation, link: this.#link() };
    this.#phase = { name: "attached", attachment, closeDoor: this.#options.doors.open(attachment) };
    this.#known();
    attachments.put(attachment)?.link.fail("superseded", newerOne);
    if (!this.#isAttached(attachment)) return;
    this.#options.doors.supersede(attachment);
    this.#tell({ type: "welcome", serverTimeMs: nowMs(), ...followed(this.#options.keySuccessions) });
    await this.#publish(attachment);
    await this.#options.ways.told(serverId, hello.presence.viewers);
    this.#options.log.info({ serverId, generation }, "agent attached");
  }

  async #publish(attachment: Attachment): Promise<void> {
    const row = await this.#options.directory.enrolled(attachment.serverId);
    if (row === undefined) return;
    // One that attached elsewhere while this one opened its door.
    if (row.generation > attachment.generation) this.#fail("superseded", newerOne);
    else this.#options.directory.publish(row);
  }

  #isAttached(attachment: Attachment): boolean {
    return this.#phase.name === "attached" && this.#phase.attachment === attachment;
  }

  #updatePresence(attachment: Attachment, presence: AgentPresence): void {
    if (!this.#presenceBudget.take(1, this.#options.nowMs())) {
      this.#fail("limit-reached", "This agent tells its presence too often.");
      return;
    }
    const { directory, ways, pulse } = this.#options;
    const write = async () => {
      await directory.updatePresence(attachment, presence);
      await ways.told(attachment.serverId, presence.viewers);
    };
    this.#writes = this.#writes.then(() => pulse.write(`presence ${attachment.serverId}`, write));
  }

  #link(): Attachment["link"] {
    return {
      tell: (message) => this.#tell(message),
      sendBytes: (bytes) => this.json.sendBytes(bytes, serverLimits.agentQueueBytes),
      fail: (code, message, hint) => this.#fail(code, message, hint),
    };
  }

  #tell(message: ToAgent): void {
    this.json.send(message);
  }

  #fail(code: Code, message: string, hint?: string): void {
    if (code === "superseded" || code === "revoked") this.#leavingCode = code;
    this.json.fail(code, message, hint);
    this.#closed("goodbye");
  }

  /** This node is going down: the agent comes back by itself, here or elsewhere, and its viewers wait for it. */
  goAway(): void {
    this.#leavingCode = "network";
    this.json.close(closeCodes.goingAway);
    this.#closed("broken");
  }

  #known(): void {
    clearTimeout(this.#helloTimer);
    this.#onKnown();
  }

  #closed(end: SocketEnd): void {
    const phase = this.#phase;
    if (phase.name === "closed") return;
    this.#phase = { name: "closed" };
    if (phase.name === "attached") {
      phase.closeDoor();
      this.#detach(phase.attachment, end);
    } else clearTimeout(this.#helloTimer);
  }

  #detach(attachment: Attachment, end: SocketEnd): void {
    const { attachments, ways, relays, directory, pulse, log } = this.#options;
    const wasPresent = attachments.remove(attachment);
    relays.agentLeft(attachment, end === "silent" ? "network" : this.#leavingCode);
    if (!wasPresent) return;
    const { serverId, generation } = attachment;
    ways.forget(serverId);
    const hasEnded = end !== "silent" && this.#leavingCode !== "network";
    void pulse.write(`presence ${serverId}`, () => directory.detach(attachment, hasEnded));
    log.info({ serverId, generation }, "agent detached");
  }
}

/** Most control planes never changed their key, and say nothing of it. */
function followed(keySuccessions: readonly string[]): { keySuccessions?: string[] } {
  return keySuccessions.length === 0 ? {} : { keySuccessions: [...keySuccessions] };
}
