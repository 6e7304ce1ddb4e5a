/**
 * The agent: signaling link, admission, tunnels, negotiation, services and targets tied together.
 * Invariant: after `stop` resolves nothing of it holds the process open.
 */
import type { Code } from "@culvert/protocol";
import {
  type AgentTunnel,
  type Clock,
  createAcceptor,
  createSystemClock,
  type Path,
  type SessionContext,
  type TunnelAcceptor,
} from "@culvert/protocol/endpoint";
import { deskServiceName, type PublishedService, type ServerId, serviceIdOf } from "@culvert/protocol/signaling";
import { SigningKeyPins, TunnelAdmission } from "../admission/index.ts";
import { Desk, serveDesk } from "../desk/index.ts";
import { negotiatePaths } from "../negotiation/index.ts";
import { openMessageSocket } from "../network/message-socket.ts";
import { watchNetwork } from "../network/network-watch.ts";
import { RequestLog } from "../requests/index.ts";
import { nodePrimitives } from "../sealing/node-primitives.ts";
import { type AgentService, WorkTurns } from "../services/index.ts";
import { type LinkState, ServerClock, SignalingLink, type ViewerJoined } from "../signaling-link/index.ts";
import type { Agent, AgentOptions, AgentViewer } from "./agent-api.ts";
import type { AgentEvent } from "./agent-events.ts";
import { type AgentTrust, forgetfulTrust } from "./agent-trust.ts";
import { ControlPlaneLease } from "./control-plane-lease.ts";
import { deskServices } from "./desk-services.ts";
import { doorRefusal, remoteAccessOff, serviceGone } from "./door-refusal.ts";
import { drainTunnels } from "./drain-tunnels.ts";
import { OfferedServices } from "./offered-services.ts";
import { PresenceTeller } from "./presence-teller.ts";
import { servingOptions } from "./serving-options.ts";
import { SessionIceServers } from "./session-ice-servers.ts";
import { TrustWatch } from "./trust-watch.ts";
import { ViewerLimit } from "./viewer-limit.ts";
import { deviceIdOf, sessionEndOf, viewerIdOf, viewersOf, wordsOf } from "./viewer-words.ts";

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
  readonly #presence: PresenceTeller;
  readonly #services: OfferedServices;
  readonly #iceServers = new SessionIceServers();
  readonly #trust: AgentTrust;
  readonly #trustWatch: TrustWatch;
  readonly #desk: Desk;
  readonly #deskId: string;
  readonly #lease: ControlPlaneLease;
  readonly #log: RequestLog;
  readonly #turns = new WorkTurns();
  readonly #viewerLimit = new ViewerLimit({
    tunnels: () => this.#acceptor.tunnels(),
    limitsOf: (serviceId) => this.#services.find(serviceId)?.definition.limits,
  });
  #remoteAccess: boolean;
  #stopWatching: (() => void) | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { identity, enrolment } = options;
    this.#clock = createSystemClock({ now: () => performance.now(), setTimeout, clearTimeout });
    this.#log = new RequestLog({ nowMs: () => this.#clock.nowMs(), wallMs: Date.now });
    this.#remoteAccess = options.remoteAccessEnabled ?? true;
    this.#serverClock = new ServerClock(() => this.#clock.nowMs(), Date.now());
    const serverNowMs = () => Math.floor(this.#serverClock.nowMs());
    this.#trust = options.trust ?? forgetfulTrust();
    const pins = new SigningKeyPins(enrolment.signingKeys, (keys) => options.onSigningKeys?.(keys));
    this.#admission = new TunnelAdmission({ pins, ...this.#trust, serverNowMs });
    this.#trustWatch = new TrustWatch({
      ...{ trust: this.#trust, serverNowMs, tunnels: () => this.#acceptor.tunnels() },
      admitted: (tunnel) => this.#admission.of(tunnel),
      onLockChanged: () => this.#link.updatePresence(),
    });
    this.#desk = new Desk({
      ...{ ...this.#trust, identityKey: identity.publicKey.identityKey, serverNowMs },
      viewersOf: (shareId) =>
        this.#acceptor.tunnels().filter((tunnel) => this.#admission.of(tunnel)?.share?.shareId === shareId).length,
      ...deskServices({ log: this.#log, clock: this.#clock, services: () => this.#services.list() }),
    });
    this.#deskId = serviceIdOf(this.serverId, deskServiceName, nodePrimitives.sha256);
    this.#acceptor = createAcceptor({
      ...{ primitives: nodePrimitives, clock: this.#clock, noiseKey: identity.noiseKey },
      admit: (request) => this.#viewerLimit.admit(request, () => this.#admission.admit(request)),
      onTunnel: (tunnel) => this.#serve(tunnel),
    });
    this.#link = new SignalingLink({
      ...{ serverUrl: enrolment.serverUrl, identity, clock: this.#clock, serverClock: this.#serverClock },
      ...{ openSocket: openMessageSocket, random: Math.random },
      presence: () => this.#presence.now(),
      onState: (state) => this.#onLink(state),
      onViewer: (joined, path) => this.#onViewer(joined, path),
      onIceServers: (sessionId, iceServers) => this.#iceServers.set(sessionId, iceServers),
      onSessionRevoked: (sessionId, by) => this.#endSession(sessionId, by),
      onKeySuccessions: (successions) => void pins.follow(successions, serverNowMs()),
    });
    this.#presence = new PresenceTeller({
      ...{ label: enrolment.label, clock: this.#clock, tunnels: () => this.#acceptor.tunnels() },
      ...{ isOpenToViewers: () => this.#remoteAccess, isLocked: () => this.#trustWatch.locked },
      ...{ services: () => this.services, nameOf: (id: string) => this.#nameOf(id) },
      tell: () => this.#link.updatePresence(),
    });
    this.#lease = new ControlPlaneLease({
      ...{ clock: this.#clock, leaseMs: options.leaseMs },
      onOver: (reason) => this.#closeWhere(() => true, "offline", reason),
    });
    this.#services = new OfferedServices(options.services, {
      ...{ serverId: this.serverId, label: enrolment.label, clock: this.#clock },
      onHealth: (serviceName, health) => {
        this.#tell({ type: "service", serviceName, health });
        this.#link.updatePresence();
      },
    });
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
    return this.#services.requests;
  }

  get streams(): number {
    return this.#services.streams;
  }

  get services(): readonly PublishedService[] {
    return this.#services.published();
  }

  viewerList(): readonly AgentViewer[] {
    return viewersOf(this.#acceptor.tunnels(), (serviceId) => this.#nameOf(serviceId));
  }

  async replaceServices(services: readonly AgentService[]): Promise<void> {
    const gone = await this.#services.replace(services);
    this.#closeWhere(({ serviceId }) => gone.includes(serviceId), "not-found", serviceGone);
    this.#link.updatePresence();
  }

  setRemoteAccess(enabled: boolean): void {
    this.#remoteAccess = enabled;
    this.#link.updatePresence();
    if (!enabled) this.#closeWhere(({ serviceId }) => serviceId !== this.#deskId, "policy", remoteAccessOff);
  }

  async start(): Promise<void> {
    await this.#trustWatch.start();
    await this.#services.start();
    if (this.#stopping !== undefined) return;
    this.#link.start();
    this.#stopWatching = watchNetwork(() => this.#awake(), { clock: this.#clock });
  }

  stop(graceMs = 0): Promise<void> {
    this.#stopping ??= this.#stopNow(graceMs);
    return this.#stopping;
  }

  async #stopNow(graceMs: number): Promise<void> {
    this.#stopWatching?.();
    this.#lease.end();
    this.#presence.end();
    this.#trustWatch.stop();
    await drainTunnels(this.#acceptor.tunnels(), this.#clock, graceMs);
    this.#turns.end();
    this.#acceptor.close("closed", "the agent was stopped");
    this.#link.stop();
    await this.#services.stop();
    await this.#options.library.dispose();
  }

  #onLink(state: LinkState): void {
    if (state.type === "online" || state.type === "stopped") this.#lease.end();
    else this.#lease.start();
    this.#tell({ type: "link", state });
  }

  /** The relay's policy is this agent's own, whatever signaling says it is. */
  #onViewer({ sessionId, serviceName, iceServers }: ViewerJoined, path: Path): void {
    const serviceId = serviceIdOf(this.serverId, serviceName, nodePrimitives.sha256);
    const service = this.#services.find(serviceId);
    const refusal = doorRefusal({
      ...{ isStopping: this.#stopping !== undefined, remoteAccess: this.#remoteAccess },
      wants: service !== undefined ? "service" : serviceName === deskServiceName ? "desk" : "nothing known",
    });
    if (refusal !== undefined) {
      path.close(...refusal);
      return;
    }
    this.#iceServers.set(sessionId, iceServers);
    const relayPolicy = service?.definition.relayPolicy ?? "full";
    this.#acceptor.accept(path, { sessionId, serverId: this.serverId, serviceId, relayPolicy });
  }

  #serve(tunnel: AgentTunnel): void {
    const { sessionId, serviceId } = tunnel.context;
    const admitted = this.#admission.of(tunnel);
    const service = this.#services.find(serviceId);
    if (admitted === undefined || (service === undefined && admitted.share !== undefined)) {
      tunnel.close("forbidden", "nothing is known of this tunnel's admission");
      return;
    }
    if (!this.#viewerLimit.keeps(tunnel)) return;
    this.#trustWatch.check(tunnel);
    if (service === undefined) {
      if (serviceId === this.#deskId) this.#serveDesk(tunnel, admitted.endsAtMs);
      else tunnel.close("not-found", serviceGone);
      return;
    }
    const [viewerId, serviceName] = [viewerIdOf(tunnel), service.definition.name];
    const cancelEnd = this.#endAt(tunnel, admitted.endsAtMs);
    const tell = (event: AgentEvent) => this.#tell(event);
    const turns = this.#turns.viewer(deviceIdOf(tunnel));
    const whose = { viewerId, serviceName, scope: admitted.share?.scope, turns };
    const serving = servingOptions(whose, { log: this.#log, clock: this.#clock, tell });
    tunnel.onStream((stream) => void this.#services.serve(stream, serviceId, serving));
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
    const iceServers = () => this.#iceServers.of(sessionId);
    const { target } = service.definition;
    void negotiatePaths({
      ...{ tunnel, library: this.#options.library, clock: this.#clock, iceServers },
      ...(target.type === "loopback" && { loopbackPort: target.port }),
    });
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
    tunnel.onEvent(({ type }) => type === "closed" && cancelEnd());
  }

  /** A tunnel lives no longer than what let it in. */
  #endAt(tunnel: AgentTunnel, endsAtMs: number): () => void {
    return this.#clock.setTimer(Math.max(0, endsAtMs - this.#serverClock.nowMs()), () => {
      tunnel.close("expired", "the session is over");
    });
  }

  #endSession(sessionId: string, by: "viewer" | undefined): void {
    this.#iceServers.delete(sessionId);
    this.#closeWhere((context) => context.sessionId === sessionId, ...sessionEndOf(by));
  }

  #closeWhere(fits: (context: SessionContext) => boolean, code: Code, reason: string): void {
    for (const tunnel of this.#acceptor.tunnels()) if (fits(tunnel.context)) tunnel.close(code, reason);
  }

  #nameOf(serviceId: string): string | undefined {
    return this.#services.find(serviceId)?.definition.name;
  }

  #tell(event: AgentEvent): void {
    this.#presence.heard(event);
    this.#options.onEvent?.(event);
  }
}
