/**
 * Which agents are connected now, each by one socket. Invariant: of two attachments of a server the one with the higher
 * generation stays, in whatever order they get here.
 */
import type { Code } from "@culvert/protocol";
import type { ServerId, ToAgent } from "@culvert/protocol/signaling";

/** An agent's socket as the rest of the server uses it. */
export interface AgentLink {
  tell(message: ToAgent): void;
  /** Queues relay bytes; false where the agent reads too slowly for them, then nothing was queued. */
  sendBytes(bytes: Uint8Array): boolean;
  /** Tells why and closes. */
  fail(code: Code, message: string, hint?: string): void;
}

/** A connected agent. */
export interface Attachment {
  readonly serverId: ServerId;
  readonly accountId: string;
  readonly generation: number;
  readonly link: AgentLink;
}

/** The attachments of this process. */
export class Attachments {
  readonly #byServer = new Map<ServerId, Attachment>();

  get(serverId: ServerId): Attachment | undefined {
    return this.#byServer.get(serverId);
  }

  /** Puts a new attachment in place. Gives the one that lost its place: the older of the two, or none. */
  put(attachment: Attachment): Attachment | undefined {
    const present = this.#byServer.get(attachment.serverId);
    if (present !== undefined && present.generation > attachment.generation) return attachment;
    this.#byServer.set(attachment.serverId, attachment);
    return present;
  }

  /** Takes an attachment out; false where it is not the present one. */
  remove(attachment: Attachment): boolean {
    if (this.#byServer.get(attachment.serverId) !== attachment) return false;
    return this.#byServer.delete(attachment.serverId);
  }

  get count(): number {
    return this.#byServer.size;
  }

  all(): readonly Attachment[] {
    return [...this.#byServer.values()];
  }
}
