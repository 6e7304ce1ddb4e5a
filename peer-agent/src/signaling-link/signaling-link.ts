/**
 * The agent's one socket to signaling: proves the key, tells presence, and gives a path for each viewer that joins.
 * It comes back by itself, but for reasons that trying again cannot mend.
 */
import { type Code, limits, protocolVersions, TunnelError } from "@culvert/protocol";
import type { Clock, Path } from "@culvert/protocol/endpoint";
import {
  type AgentPresence,
  agentProof,
  type FromAgent,
  type IceServer,
  type SessionId,
  type ToAgent,
  toAgentSchema,
} from "@culvert/protocol/signaling";
import type { AgentIdentity } from "../identity/agent-identity.ts";
import type { MessageSocket, OpenSocket } from "../network/message-socket.ts";
import { createRelayPath, type RelayPath, relayIdOf } from "../relay/relay-path.ts";
import { backoffMs } from "./backoff.ts";
import type { ServerClock } from "./server-clock.ts";

/** How the link stands. `stopped`: it does not try again. */
export type LinkState =
  | { readonly type: "connecting"; readonly attempt: number }
  | { readonly type: "online" }
  | { readonly type: "waiting"; readonly reason: string; readonly retryInMs: number }
  | { readonly type: "stopped"; readonly error: TunnelError };

/** A viewer whose socket was joined to ours. */
export type ViewerJoined = Extract<ToAgent, { type: "viewer-joined" }>;

export interface SignalingLinkOptions {
  /** Origin of the control plane. */
  readonly serverUrl: string;
  readonly identity: AgentIdentity;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly openSocket: OpenSocket;
  /** 0 to 1. */
  random(): number;
  presence(): AgentPresence;
  onState(state: LinkState): void;
  onViewer(joined: ViewerJoined, path: Path): void;
  /** What paths of a session use from now on. */
  onIceServers(sessionId: SessionId, iceServers: readonly IceServer[]): void;
  /** What the keys of session tokens were followed by, the newest last. */
  onKeySuccessions(successions: readonly string[]): void;
  onSessionRevoked(sessionId: SessionId, by: "viewer" | undefined): void;
}

/** Codes after which the same socket would only fail again. */
const finalCodes: ReadonlySet<Code> = new Set<Code>([
  "superseded",
  "not-found",
  "forbidden",
  "revoked",
  "version-unsupported",
]);

/** Many tunnels may want it at the same time. */
const hurryEveryMs = 1_000;

/** Keeps one socket; `start` once, `stop` once. */
export class SignalingLink {
  readonly #options: SignalingLinkOptions;
  readonly #relays = new Map<number, RelayPath>();
  #socket: MessageSocket | undefined;
  #state: LinkState = { type: "waiting", reason: "not started", retryInMs: 0 };
  #attempt = 0;
  #fault: TunnelError | undefined;
  #cancelRetry: () => void = () => {};
  #cancelWelcome: () => void = () => {};
  #hurriedMs = Number.NEGATIVE_INFINITY;

  constructor(options: SignalingLinkOptions) {
    this.#options = options;
  }

  get state(): LinkState {
    return this.#state;
  }

  start(): void {
    this.#connect();
  }

  /** Tells the control plane what changed; while offline the next hello does. */
  updatePresence(): void {
    if (this.#state.type === "online") this.#tell({ type: "presence", presence: this.#options.presence() });
  }

  /** Tries at once where it waits: a viewer has no other way, or this machine has another network. Once a second at most. */
  hurry(): void {
    const nowMs = this.#options.clock.nowMs();
    if (this.#state.type !== "waiting" || nowMs < this.#hurriedMs + hurryEveryMs) return;
    this.#hurriedMs = nowMs;
    this.#cancelRetry();
    this.#attempt = 0;
    this.#connect();
  }

  /** Says goodbye and never comes back. Idempotent. */
  stop(): void {
    this.#end(new TunnelError("closed", "the agent was stopped"));
  }

  #connect(): void {
    this.#attempt += 1;
    this.#fault = undefined;
    this.#enter({ type: "connecting", attempt: this.#attempt });
    this.#cancelWelcome = this.#options.clock.setTimer(limits.handshakeMs, () => {
      this.#fault ??= new TunnelError("timeout", "the server did not welcome this agent in time", { origin: "remote" });
      this.#socket?.close();
    });
    const url = new URL("/api/signaling/agent", this.#options.serverUrl);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.#socket = this.#options.openSocket(url.href, {
      onOpen: () => {},
      onText: (text) => this.#receiveText(text),
      onBytes: (bytes) => this.#receiveBytes(bytes),
      onClose: (reason) => this.#closed(reason),
    });
  }

  #receiveText(text: string): void {
    const parsed = toAgentSchema.safeParse(parseJson(text));
    if (parsed.success) this.#receive(parsed.data);
    else this.#drop("the server speaks in a way that this agent does not know");
  }

  #receive(message: ToAgent): void {
    switch (message.type) {
      case "challenge":
        this.#options.serverClock.heard(message.serverTimeMs);
        this.#tell(this.#hello(message.nonce));
        break;
      case "welcome":
        this.#options.serverClock.heard(message.serverTimeMs);
        if (message.keySuccessions !== undefined) this.#options.onKeySuccessions(message.keySuccessions);
        this.#attempt = 0;
        this.#cancelWelcome();
        this.#enter({ type: "online" });
        break;
      case "viewer-joined":
        this.#join(message);
        break;
      case "viewer-left":
        this.#relays.get(message.relayId)?.path.lost(message.code, "the viewer left the relay");
        break;
      case "ice-servers":
        this.#options.onIceServers(message.sessionId, message.iceServers);
        break;
      case "session-revoked":
        this.#options.onSessionRevoked(message.sessionId, message.by);
        break;
      case "error":
        this.#fault = new TunnelError(message.code, message.message, { origin: "remote", hint: message.hint });
        break;
      default:
        message satisfies never;
    }
  }

  #receiveBytes(envelope: Uint8Array): void {
    const relayId = relayIdOf(envelope);
    // Envelopes of a relay that just ended may still be on their way.
    if (relayId !== undefined) this.#relays.get(relayId)?.receive(envelope);
  }

  #hello(nonce: string): FromAgent {
    const { identity, serverUrl } = this.#options;
    const signature = identity.sign(agentProof(nonce, new URL(serverUrl).host));
    const presence = this.#options.presence();
    return { type: "hello", versions: protocolVersions, serverId: identity.serverId, signature, presence };
  }

  #join(joined: ViewerJoined): void {
    const { relayId } = joined;
    const socket = this.#socket;
    if (socket === undefined) return;
    const relay = createRelayPath({
      relayId,
      socket: { send: (envelope, onFlushed) => socket.sendBytes(envelope, onFlushed) },
      onRelease: (code) => {
        if (this.#relays.get(relayId) !== relay) return;
        this.#relays.delete(relayId);
        if (this.#socket === socket) this.#tell({ type: "viewer-dismissed", relayId, code });
      },
    });
    this.#relays.set(relayId, relay);
    this.#options.onViewer(joined, relay.path);
  }

  #tell(message: FromAgent): void {
    this.#socket?.sendText(JSON.stringify(message));
  }

  #drop(reason: string): void {
    this.#fault ??= new TunnelError("protocol-error", reason, { origin: "remote" });
    this.#socket?.close();
  }

  #closed(reason: string): void {
    this.#cancelWelcome();
    this.#socket = undefined;
    this.#loseRelays("network", reason);
    if (this.#state.type === "stopped") return;
    const fault = this.#fault;
    if (fault !== undefined && finalCodes.has(fault.code)) this.#end(fault);
    else this.#retry(fault?.message ?? reason);
  }

  #retry(reason: string): void {
    const retryInMs = backoffMs(Math.max(1, this.#attempt), this.#options.random());
    this.#enter({ type: "waiting", reason, retryInMs });
    this.#cancelRetry = this.#options.clock.setTimer(retryInMs, () => this.#connect());
  }

  #end(error: TunnelError): void {
    if (this.#state.type === "stopped") return;
    this.#cancelRetry();
    this.#cancelWelcome();
    this.#loseRelays(error.code, error.message);
    this.#enter({ type: "stopped", error });
    this.#socket?.close();
  }

  #loseRelays(code: Code, reason: string): void {
    const relays = [...this.#relays.values()];
    this.#relays.clear();
    for (const { path } of relays) path.lost(code, reason);
  }

  #enter(state: LinkState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
