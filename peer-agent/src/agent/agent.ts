/**
 * The agent: signaling link, admission, tunnels, negotiation, services and targets tied together.
 * Invariant: after `stop` resolves nothing of it holds the process open.
 */
import type { TunnelError } from "@culvert/protocol";
import {
  type AgentTunnel,
  type Clock,
  createAcceptor,
  createSystemClock,
  type Path,
  type TunnelAcceptor,
} from "@culvert/protocol/endpoint";
import { type AgentPresence, deskServiceName, type ServerId, serviceIdOf } from "@culvert/protocol/signaling";
import { type PinnedKeys, SigningKeyPins, TunnelAdmission } from "../admission/index.ts";
import { Desk, serveDesk } from "../desk/index.ts";
import type { AgentIdentity, Enrolment } from "../identity/index.ts";
import { negotiatePaths } from "../negotiation/index.ts";
import { openMessageSocket } from "../network/message-socket.ts";
import { watchNetwork } from "../network/network-watch.ts";
import { nodePrimitives } from "../sealing/node-primitives.ts";
import { type LoopbackService, loopbackDefinition, RunningService, serveStream } from "../services/index.ts";
import { type LinkState, ServerClock, SignalingLink, type ViewerJoined } from "../signaling-link/index.ts";
import { createLoopbackTarget } from "../targets/loopback-target.ts";
import type { WebRtcLibrary } from "../webrtc/index.ts";
import type { AgentEvent } from "./agent-events.ts";
import { type AgentTrust, forgetfulTrust } from "./agent-trust.ts";
import { agentVersion } from "./agent-version.ts";
import { ControlPlaneLease } from "./control-plane-lease.ts";
import { SessionIceServers } from "./session-ice-servers.ts";
import { TrustWatch } from "./trust-watch.ts";

export interface AgentOptions {
  readonly identity: AgentIdentity;
  readonly enrolment: Enrolment;
  /** The first one is the primary service, which "Open" opens. */
  readonly services: readonly LoopbackService[];
  /** Disposed by `stop`. */
  readonly library: WebRtcLibrary;
  /** Devices and shares; without it they are kept in memory alone, unlocked. */
  readonly trust?: AgentTrust;
  /** Tunnels end where the control plane could not be reached for so long; ten minutes where it is left out. */
  readonly leaseMs?: number;
  onEvent?(event: AgentEvent): void;
  /** The control plane changed the key that it signs session tokens with: the enrolment is to be kept with these. */
  onSigningKeys?(signingKeys: PinnedKeys): void;
}

/** A running or stopped agent. */
export interface Agent {
  readonly serverId: ServerId;
  readonly link: LinkState;
  /** Tunnels that live now. */
  readonly viewers: number;
  /** Exchanges and WebSockets served so far. */
  readonly requests: number;
  /** Probes the services, then connects. Resolves when the first try to connect is under way. */
  start(): Promise<void>;
  /** Ends tunnels with words, says goodbye to signaling, frees everything. Idempotent. */
  stop(): Promise<void>;
}

/** Makes an agent. Throws for services that cannot be. */
export function createAgent(options: AgentOptions): Agent {
  return new RunningAgent(options);
}

class RunningAgent implements Agent {
  readonly #options: AgentOptions;
  readonly #clock: Clock;
  readonly #admission: TunnelAdmission;
  readonly #serverClock: ServerClock;
  readonly #acceptor: TunnelAcceptor;
  readonly #link: SignalingLink;
  readonly #services = new Map<string, RunningService>();
  readonly #iceServers = new SessionIceServers();
  readonly #trust: AgentTrust;
  readonly #trustWatch: TrustWatch;
  readonly #desk: Desk;
  readonly #lease: ControlPlaneLease;
  #stopWatching: (() => void) | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { identity, enrolment } = options;
    this.#clock = createSystemClock({ now: () => performance.now(), setTimeout, clearTimeout });
    this.#serverClock = new ServerClock(() => this.#clock.nowMs(), Date.now());
    const serverNowMs = () => Math.floor(this.#serverClock.nowMs());
    this.#trust = options.trust ?? forgetfulTrust();
    const pins = new SigningKeyPins(enrolment.signingKeys, (keys) => options.onSigningKeys?.(keys));
    this.#admission = new TunnelAdmission({ pins, ...this.#trust, serverNowMs });
    this.#trustWatch = new TrustWatch({
      trust: this.#trust,
      tunnels: () => this.#acceptor.tunnels(),
      admitted: (tunnel) => this.#admission.of(tunnel),
      serverNowMs,
      onLockChanged: () => this.#link.updatePresence(),
    });
    this.#desk = new Desk({
      identityKey: identity.publicKey.identityKey,
      ...this.#trust,
      isService: (name) => [...this.#services.values()].some(({ definition }) => definition.name === name),
      viewersOf: (shareId) =>
        this.#acceptor.tunnels().filter((tunnel) => this.#admission.of(tunnel)?.share?.shareId === shareId).length,
      serverNowMs,
    });
    this.#acceptor = createAcceptor({
      primitives: nodePrimitives,
      clock: this.#clock,
      noiseKey: identity.noiseKey,
      admit: (request) => this.#admission.admit(request),
      onTunnel: (tunnel) => this.#serve(tunnel),
    });
    this.#link = new SignalingLink({
      serverUrl: enrolment.serverUrl,
      identity,
      clock: this.#clock,
      serverClock: this.#serverClock,
      openSocket: openMessageSocket,
      random: Math.random,
      presence: () => this.#presence(),
      onState: (state) => this.#onLink(state),
      onViewer: (joined, path) => this.#onViewer(joined, path),
      onIceServers: (sessionId, iceServers) => this.#iceServers.set(sessionId, iceServers),
      onSessionRevoked: (sessionId) => this.#endSession(sessionId),
      onKeySuccessions: (successions) => void pins.follow(successions, serverNowMs()),
    });
    this.#lease = new ControlPlaneLease({
      clock: this.#clock,
      leaseMs: options.leaseMs,
      onOver: (reason) => {
        for (const tunnel of this.#acceptor.tunnels()) tunnel.close("offline", reason);
      },
    });
    for (const service of options.services) this.#addService(service);
  }

  get serverId(): ServerId {
    return this.#options.identity.serverId;
  }

  get link(): LinkState {
    return this.#link.state;
  }

  get viewers(): number {
    return this.#acceptor.tunnels().length;
  }

  get requests(): number {
    return [...this.#services.values()].reduce((sum, { requests }) => sum + requests, 0);
  }

  async start(): Promise<void> {
    await this.#trustWatch.start();
    await Promise.all([...this.#services.values()].map((service) => service.start()));
    if (this.#stopping !== undefined) return;
    this.#link.start();
    this.#stopWatching = watchNetwork(() => this.#awake(), { clock: this.#clock });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopNow();
    return this.#stopping;
  }

  async #stopNow(): Promise<void> {
    this.#stopWatching?.();
    this.#lease.end();
    this.#trustWatch.stop();
    this.#acceptor.close("closed", "the agent was stopped");
    this.#link.stop();
    await Promise.all([...this.#services.values()].map((service) => service.stop()));
    await this.#options.library.dispose();
  }

  #addService(service: LoopbackService): void {
    const definition = loopbackDefinition(this.serverId, service);
    const { label } = this.#options.enrolment;
    const running = new RunningService({
      definition,
      target: createLoopbackTarget({ port: service.port, label }),
      clock: this.#clock,
      onHealth: (health) => {
        this.#tell({ type: "service", serviceName: definition.name, health });
        this.#link.updatePresence();
      },
    });
    this.#services.set(serviceIdOf(this.serverId, definition.name, nodePrimitives.sha256), running);
  }

  #presence(): AgentPresence {
    const services = [...this.#services.values()].map((service) => service.published());
    return {
      label: this.#options.enrolment.label,
      agentVersion,
      platform: process.platform,
      remoteAccessEnabled: true,
      locked: this.#trustWatch.locked,
      desk: true,
      primaryServiceName: services[0]?.name ?? null,
      services,
    };
  }

  #onLink(state: LinkState): void {
    if (state.type === "online" || state.type === "stopped") this.#lease.end();
    else this.#lease.start();
    this.#tell({ type: "link", state });
  }

  /** The relay's policy is this agent's own, whatever signaling says it is. */
  #onViewer({ sessionId, serviceName, iceServers }: ViewerJoined, path: Path): void {
    const serviceId = serviceIdOf(this.serverId, serviceName, nodePrimitives.sha256);
    const service = this.#services.get(serviceId);
    if (service === undefined && serviceName !== deskServiceName) {
      path.close("not-found", "no such service here");
      return;
    }
    this.#iceServers.set(sessionId, iceServers);
    const relayPolicy = service?.definition.relayPolicy ?? "full";
    this.#acceptor.accept(path, { sessionId, serverId: this.serverId, serviceId, relayPolicy });
  }

  #serve(tunnel: AgentTunnel): void {
    const { sessionId, serviceId } = tunnel.context;
    const admitted = this.#admission.of(tunnel);
    const service = this.#services.get(serviceId);
    if (admitted === undefined || (service === undefined && admitted.share !== undefined)) {
      tunnel.close("forbidden", "nothing is known of this tunnel's admission");
      return;
    }
    this.#trustWatch.check(tunnel);
    if (service === undefined) {
      this.#serveDesk(tunnel, admitted.endsAtMs);
      return;
    }
    const viewerId = Buffer.from(tunnel.tunnelId).toString("hex").slice(0, 8);
    const serviceName = service.definition.name;
    const cancelEnd = this.#endAt(tunnel, admitted.endsAtMs);
    tunnel.onStream((stream) => void serveStream(stream, service, admitted.share?.scope));
    tunnel.onEvent((event) => {
      if (event.type === "path-up" || event.type === "path-down") {
        this.#tell({ type: "viewer-path", viewerId, kind: event.path.kind, isUp: event.type === "path-up" });
      }
      if (event.type === "path-down" || event.type === "path-trust") this.#hurryWhereStill(tunnel);
      if (event.type !== "closed") return;
      cancelEnd();
      this.#tell({ type: "viewer-closed", viewerId, serviceName, ...wordsOf(event.error) });
    });
    this.#tell({ type: "viewer-opened", viewerId, serviceName });
    const { library } = this.#options;
    const iceServers = () => this.#iceServers.of(sessionId);
    void negotiatePaths({ tunnel, library, clock: this.#clock, iceServers });
  }

  /** This machine woke or has another network: what its tunnels' paths are worth is to be seen. */
  #awake(): void {
    this.#link.hurry();
    for (const tunnel of this.#acceptor.tunnels()) tunnel.probe();
  }

  /** A viewer that nothing reaches comes back over signaling, so signaling is wanted now. */
  #hurryWhereStill(tunnel: AgentTunnel): void {
    if (tunnel.paths().every(({ state }) => state !== "active")) this.#link.hurry();
  }

  /** Of an account's own device: a share is for a service, and its scope is held at the door. */
  #serveDesk(tunnel: AgentTunnel, endsAtMs: number): void {
    const cancelEnd = this.#endAt(tunnel, endsAtMs);
    tunnel.onStream((stream) => void serveDesk(stream, this.#desk, tunnel.deviceKey));
    tunnel.onEvent((event) => {
      if (event.type === "closed") cancelEnd();
    });
  }

  /** A tunnel lives no longer than what let it in. */
  #endAt(tunnel: AgentTunnel, endsAtMs: number): () => void {
    return this.#clock.setTimer(Math.max(0, endsAtMs - this.#serverClock.nowMs()), () => {
      tunnel.close("expired", "the session is over");
    });
  }

  #endSession(sessionId: string): void {
    this.#iceServers.delete(sessionId);
    for (const tunnel of this.#acceptor.tunnels()) {
      if (tunnel.context.sessionId === sessionId) tunnel.close("revoked", "the session was taken back");
    }
  }

  #tell(event: AgentEvent): void {
    this.#options.onEvent?.(event);
  }
}

function wordsOf({ code, message }: TunnelError): { readonly code: TunnelError["code"]; readonly reason: string } {
  return { code, reason: message };
}
