/**
 * The blind joining of viewers and agents: bytes of one are bytes of the other, untouched and unread. Invariant: a relay
 * belongs to one session, one attachment and one viewer, and when any of them ends it ends, told to both sides.
 */
import { type Code, limits } from "@culvert/protocol";
import type { RelayPolicy, SessionId, ToViewer } from "@culvert/protocol/signaling";
import { serverLimits } from "../limits.ts";
import type { Attachment } from "../servers/index.ts";
import type { IceServers } from "../turn/index.ts";
import { ByteBudget } from "./byte-budget.ts";
import { PassedCredit } from "./passed-credit.ts";
import { type RelayEnvelope, readEnvelope } from "./relay-envelope.ts";

export const beyondCredit = "These bytes are beyond the credit of the other side.";

/** A viewer's socket as a relay uses it. */
export interface ViewerLink {
  tell(message: ToViewer): void;
  /** Queues relay bytes; false where the viewer reads too slowly for them. */
  sendBytes(bytes: Uint8Array): boolean;
  /** Says that the agent's side is gone, with the reason, and closes. */
  leave(code: Code): void;
  /** Says what went wrong and closes. */
  fail(code: Code, message: string): void;
}

/** What a relay is made of. */
export interface JoinRequest {
  readonly viewer: ViewerLink;
  readonly attachment: Attachment;
  readonly sessionId: SessionId;
  readonly serviceName: string;
  readonly relayPolicy: RelayPolicy;
  readonly sessionEndsAt: number;
}

/** One joined viewer. */
export interface Relay extends JoinRequest {
  readonly relayId: number;
  /** What each side sends, against the other side's credit. */
  readonly toAgent: PassedCredit;
  readonly toViewer: PassedCredit;
  /** When both sides were last told of ICE servers. */
  iceServersToldAt: number;
}

/** What relays stand on. */
export interface RelaysOptions {
  readonly iceServers: IceServers;
  /** Bytes of one `full` or `fallback` session, both ways together. */
  readonly relayBudgetBytes: number;
  /** Counts bytes for an account; false where its day is used up. */
  readonly mayRelay?: (accountId: string, bytes: number) => boolean;
  /** Told of each relay that ended otherwise than by its viewer, with the reason. */
  readonly onEnded?: (accountId: string, code: Code) => void;
  readonly nowMs: () => number;
}

export class Relays {
  readonly #options: RelaysOptions;
  readonly #nowMs: () => number;
  readonly #relays = new Map<number, Relay>();
  /** A session has one relay at most. */
  readonly #bySession = new Map<SessionId, Relay>();
  readonly #byAttachment = new Map<Attachment, Set<Relay>>();
  /** Budgets outlive relays: coming back does not refill one. */
  readonly #budgets = new Map<SessionId, { readonly budget: ByteBudget; readonly endsAt: number }>();
  #lastRelayId = 0;
  #carriedBytes = 0;

  constructor(options: RelaysOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs;
  }

  /** Bytes carried since this process began, both ways together; at the agents' node, so that none counts twice. */
  get carriedBytes(): number {
    return this.#carriedBytes;
  }

  /** Viewers joined now. */
  get count(): number {
    return this.#relays.size;
  }

  /** Joins; the agent is told first. A session's earlier relay ends as superseded. Undefined where the agent is full. */
  join(request: JoinRequest): Relay | undefined {
    const { attachment, sessionId } = request;
    const earlier = this.#bySession.get(sessionId);
    if (earlier !== undefined) this.#end(earlier, "superseded");
    if (this.#of(attachment).length >= serverLimits.viewersPerAgent) return undefined;
    const credit = { toAgent: new PassedCredit(), toViewer: new PassedCredit() };
    const relay: Relay = { ...request, ...credit, relayId: this.#nextRelayId(), iceServersToldAt: this.#nowMs() };
    this.#add(relay);
    if (!this.#budgets.has(sessionId)) {
      this.#budgets.set(sessionId, { budget: this.#budgetOf(request.relayPolicy), endsAt: request.sessionEndsAt });
    }
    attachment.link.tell({
      type: "viewer-joined",
      relayId: relay.relayId,
      sessionId,
      serviceName: request.serviceName,
      relayPolicy: request.relayPolicy,
      iceServers: this.#options.iceServers.of(sessionId),
    });
    return relay;
  }

  /** Carries an envelope to the agent. */
  fromViewer(relay: Relay, envelope: Uint8Array): void {
    if (this.#relays.get(relay.relayId) !== relay) return;
    const read = readEnvelope(envelope);
    if (read === undefined || read.relayId !== relay.relayId) this.#refuse(relay, "This is no envelope of this relay.");
    else if (!isWithinCredit(read, relay.toAgent, relay.toViewer)) this.#refuse(relay, beyondCredit);
    else if (!this.#mayCarry(relay, envelope.length)) this.#end(relay, "budget-exhausted");
    else if (!relay.attachment.link.sendBytes(envelope)) this.#end(relay, "limit-reached");
  }

  /** Carries an envelope to its viewer; false for bytes that are no envelope. One for a relay just gone is dropped. */
  fromAgent(attachment: Attachment, envelope: Uint8Array): boolean {
    const read = readEnvelope(envelope);
    if (read === undefined) return false;
    const relay = this.#relays.get(read.relayId);
    if (relay === undefined || relay.attachment !== attachment) return true;
    if (!isWithinCredit(read, relay.toViewer, relay.toAgent)) this.#end(relay, "protocol-error");
    else if (!this.#mayCarry(relay, envelope.length)) this.#end(relay, "budget-exhausted");
    else if (!relay.viewer.sendBytes(envelope)) this.#end(relay, "limit-reached");
    return true;
  }

  /** The viewer's socket is gone or going. */
  viewerLeft(relay: Relay, code: Code): void {
    if (!this.#remove(relay)) return;
    relay.attachment.link.tell({ type: "viewer-left", relayId: relay.relayId, code });
  }

  /** The agent ends one relay. */
  dismissed(attachment: Attachment, relayId: number, code: Code): void {
    const relay = this.#relays.get(relayId);
    if (relay === undefined || relay.attachment !== attachment) return;
    this.#remove(relay);
    this.#leave(relay, code);
  }

  /** The agent's socket is gone. */
  agentLeft(attachment: Attachment, code: Code): void {
    for (const relay of this.#of(attachment)) {
      this.#remove(relay);
      this.#leave(relay, code);
    }
  }

  /** A session was taken back, or its viewer is done with it: its relays end and its agent is told to end its tunnels. */
  sessionRevoked(
    { sessionId, by }: { readonly sessionId: SessionId; readonly by: "viewer" | undefined },
    attachment: Attachment | undefined,
  ): void {
    const relay = this.#bySession.get(sessionId);
    if (relay !== undefined) this.#end(relay, by === undefined ? "revoked" : "closed");
    this.#budgets.delete(sessionId);
    attachment?.link.tell({ type: "session-revoked", sessionId, ...(by !== undefined && { by }) });
  }

  /** For a viewer that has heard that it joined: who comes back did not ask for the session just now. */
  welcome({ viewer, sessionId }: Relay): void {
    const { iceServers } = this.#options;
    if (iceServers.renewalMs !== undefined) viewer.tell({ type: "ice-servers", iceServers: iceServers.of(sessionId) });
  }

  /** Gives both sides new TURN credentials where theirs are getting old. Called now and then. */
  renewIceServers(): void {
    const { renewalMs } = this.#options.iceServers;
    if (renewalMs === undefined) return;
    const nowMs = this.#nowMs();
    for (const relay of this.#relays.values()) {
      if (nowMs - relay.iceServersToldAt < renewalMs) continue;
      relay.iceServersToldAt = nowMs;
      const { sessionId } = relay;
      const iceServers = this.#options.iceServers.of(sessionId);
      relay.viewer.tell({ type: "ice-servers", iceServers });
      relay.attachment.link.tell({ type: "ice-servers", sessionId, iceServers });
    }
  }

  /** Ends what is past its session's end and forgets its budget. Called now and then. */
  endExpired(): void {
    const nowMs = this.#nowMs();
    for (const relay of [...this.#relays.values()]) if (relay.sessionEndsAt <= nowMs) this.#end(relay, "expired");
    for (const [sessionId, { endsAt }] of this.#budgets) if (endsAt <= nowMs) this.#budgets.delete(sessionId);
  }

  #budgetOf(policy: RelayPolicy): ByteBudget {
    const nowMs = this.#nowMs();
    if (policy !== "handshake-only") return new ByteBudget(this.#options.relayBudgetBytes, 0, nowMs);
    return new ByteBudget(limits.handshakeOnlyBudgetBytes, limits.handshakeOnlyBytesPerMinute, nowMs);
  }

  /** The viewer broke a rule. */
  #refuse(relay: Relay, message: string): void {
    relay.viewer.fail("protocol-error", message);
    this.viewerLeft(relay, "protocol-error");
  }

  #mayCarry(relay: Relay, bytes: number): boolean {
    const { mayRelay } = this.#options;
    if (mayRelay !== undefined && !mayRelay(relay.attachment.accountId, bytes)) return false;
    if (!this.#budgets.get(relay.sessionId)?.budget.take(bytes, this.#nowMs())) return false;
    this.#carriedBytes += bytes;
    return true;
  }

  #end(relay: Relay, code: Code): void {
    this.viewerLeft(relay, code);
    this.#leave(relay, code);
  }

  #leave({ viewer, attachment }: Relay, code: Code): void {
    viewer.leave(code);
    this.#options.onEnded?.(attachment.accountId, code);
  }

  #of(attachment: Attachment): readonly Relay[] {
    return [...(this.#byAttachment.get(attachment) ?? [])];
  }

  #add(relay: Relay): void {
    const { relayId, sessionId, attachment } = relay;
    this.#relays.set(relayId, relay);
    this.#bySession.set(sessionId, relay);
    this.#byAttachment.set(attachment, (this.#byAttachment.get(attachment) ?? new Set()).add(relay));
  }

  /** Forgets a relay; false where it is forgotten already. */
  #remove(relay: Relay): boolean {
    const { relayId, sessionId, attachment } = relay;
    if (this.#relays.get(relayId) !== relay) return false;
    this.#relays.delete(relayId);
    this.#bySession.delete(sessionId);
    const siblings = this.#byAttachment.get(attachment);
    siblings?.delete(relay);
    if (siblings?.size === 0) this.#byAttachment.delete(attachment);
    return true;
  }

  #nextRelayId(): number {
    do this.#lastRelayId = this.#lastRelayId >= 0xffff_ffff ? 1 : this.#lastRelayId + 1;
    while (this.#relays.has(this.#lastRelayId));
    return this.#lastRelayId;
  }
}

/** Counts what one side says in its own direction (data) or in the other's (credit); false where it is beyond. */
export function isWithinCredit(envelope: RelayEnvelope, ahead: PassedCredit, back: PassedCredit): boolean {
  return envelope.kind === "data" ? ahead.pass(envelope.payloadBytes) : back.grant(envelope.limitBytes);
}
