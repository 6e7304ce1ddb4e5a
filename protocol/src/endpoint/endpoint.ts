/**
 * One peer's side of a tunnel: the pure core over sealed paths and a clock.
 * Invariant: after anything that may change the core, its messages and events are drained and one timer is set.
 */
import type { Code } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { RelayPolicy } from "../signaling/services.ts";
import type { PeerLimits, StreamStanding } from "../tunnel/stream-table.ts";
import { Tunnel } from "../tunnel/tunnel.ts";
import type { TunnelEvent } from "../tunnel/tunnel-events.ts";
import type { Typing } from "../tunnel/typing.ts";
import type { StreamKind } from "../wire/frame.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { Clock } from "./clock.ts";
import { DeadlineTimer } from "./deadline-timer.ts";
import type { EndpointEvent, PathStatus, TunnelHandle, TunnelState } from "./endpoint-api.ts";
import { EndpointPaths } from "./endpoint-paths.ts";
import type { StreamPort } from "./endpoint-stream.ts";
import { EndpointStreams } from "./endpoint-streams.ts";
import type { AttachPayload } from "./handshake-payloads.ts";
import { Listeners } from "./listeners.ts";
import type { SealedPathOptions } from "./sealed-path.ts";

export type { PeerLimits, SealedPathOptions };

/** What an endpoint is made of. */
export interface EndpointOptions {
  readonly role: "viewer" | "agent";
  /** 16 bytes, chosen by the viewer. */
  readonly tunnelId: Uint8Array;
  readonly clock: Clock;
  /** `handshake-only`: relay paths carry the control stream only, app streams wait for a direct or turn path. */
  readonly relayPolicy: RelayPolicy;
  /** What this side grants; limits.ts by default. */
  readonly localLimits?: PeerLimits;
  /** What the peer granted in the handshake; limits.ts by default. */
  readonly remoteLimits?: PeerLimits;
  /** How long the tunnel is kept without any path; limits.graceMs by default. */
  readonly graceMs?: number;
  /** How long app streams wait for a path that may carry them; limits.directWaitMs by default. */
  readonly directWaitMs?: number;
  /** Shared by tunnels whose bulk yields to keys of each other. */
  readonly typing?: Typing;
}

/** A tunnel handle with what the handshakes need: it starts detached and is attached by its first path. */
export interface Endpoint extends TunnelHandle {
  /**
   * Adds a path and takes over its handlers. Throws TunnelError `already-used` (scope path) for a path id seen
   * before and `closed` after the tunnel's end; the path is the caller's to close then.
   */
  addSealedPath(options: SealedPathOptions): void;
  /** True where a path id was ever used in this tunnel. */
  hasSeenPath(pathId: number): boolean;
  /** Where this side stands in each live stream, for the payload of an NNpsk0 message. */
  attachState(): AttachPayload;
  /** Takes the peer's standing; only maxima count, so a stale one changes nothing. Throws where it claims too much. */
  applyAttachState(state: AttachPayload): void;
}

/** An endpoint without a path yet; it closes by itself after `graceMs` without one. */
export function createEndpoint(options: EndpointOptions): Endpoint {
  return new TunnelEndpoint(options);
}

class TunnelEndpoint implements Endpoint, StreamPort {
  readonly role: "viewer" | "agent";
  readonly tunnelId: Uint8Array;
  readonly #tunnel: Tunnel;
  readonly #clock: Clock;
  readonly #relayPolicy: RelayPolicy;
  readonly #paths: EndpointPaths;
  readonly #streams: EndpointStreams;
  readonly #listeners = new Listeners<EndpointEvent>();
  readonly #timer: DeadlineTimer;
  #hasPumpScheduled = false;
  #events: TunnelEvent[] = [];
  #isDispatching = false;

  constructor(options: EndpointOptions) {
    this.role = options.role;
    this.tunnelId = options.tunnelId;
    this.#clock = options.clock;
    this.#relayPolicy = options.relayPolicy;
    this.#tunnel = new Tunnel({ ...options, nowMs: options.clock.nowMs() });
    this.#paths = new EndpointPaths(options.clock, this.#tunnel, () => {
      this.#listeners.tell({ type: "traffic", paths: this.paths() });
    });
    this.#timer = new DeadlineTimer(options.clock, (lateMs) => {
      // This process slept, or its loop was blocked: what its paths are worth is to be seen.
      if (lateMs >= limits.wakeLateMs) this.#tunnel.probe(this.#clock.nowMs());
      this.#tunnel.tick(this.#clock.nowMs());
      this.#pump();
    });
    this.#streams = new EndpointStreams(this, (call) => this.#listeners.guard(call));
    this.#timer.set(this.#tunnel.deadlineMs());
  }

  get control(): ByteStream {
    return this.#streams.control;
  }

  get state(): TunnelState {
    return this.#tunnel.phase;
  }

  addSealedPath(options: SealedPathOptions): void {
    const { pathId, path } = options;
    const sealed = this.#paths.create(options, {
      onMessage: (plaintext) => this.#receive(pathId, plaintext),
      onRoom: () => this.#schedulePump(),
      onLost: (code, reason) => this.dropPath(pathId, code, reason),
    });
    const carriesApp = path.kind !== "relay" || this.#relayPolicy !== "handshake-only";
    const { maxPlaintextBytes } = sealed;
    this.#tunnel.addPath({ pathId, kind: path.kind, carriesApp, maxPlaintextBytes }, this.#clock.nowMs());
    this.#paths.add(sealed);
    this.#changed();
    sealed.start();
  }

  dropPath(pathId: number, code: Code, reason: string): void {
    this.#tunnel.removePath(pathId, code, reason, this.#clock.nowMs());
    this.#changed();
  }

  hasSeenPath(pathId: number): boolean {
    return this.#tunnel.hasSeenPath(pathId);
  }

  attachState(): AttachPayload {
    return { streams: this.#tunnel.standings() };
  }

  applyAttachState(state: AttachPayload): void {
    this.#tunnel.applyStandings(state.streams satisfies readonly StreamStanding[], this.#clock.nowMs());
    this.#changed();
  }

  openStream(kind: Exclude<StreamKind, "control">): ByteStream {
    const id = this.#tunnel.openStream(kind, this.#clock.nowMs());
    this.#schedulePump();
    return this.#streams.add(id, kind);
  }

  onStream(handler: (stream: ByteStream) => void): void {
    this.#streams.take(handler);
  }

  onEvent(listener: (event: EndpointEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  paths(): readonly PathStatus[] {
    return this.#paths.statuses();
  }

  probe(): void {
    this.#tunnel.probe(this.#clock.nowMs());
    this.#schedulePump();
  }

  doubtPath(pathId: number): void {
    this.#tunnel.doubtPath(pathId, this.#clock.nowMs());
    this.#changed();
  }

  closePath(pathId: number, code: Code, reason: string): void {
    this.#tunnel.removePath(pathId, code, reason, this.#clock.nowMs());
    this.#changed();
  }

  drain(): void {
    this.#tunnel.drain();
    this.#changed();
  }

  close(code: Code, reason: string): void {
    this.#tunnel.close(code, reason);
    this.#pump();
  }

  write(id: number, bytes: Uint8Array): number | undefined {
    const offset = this.#tunnel.write(id, bytes);
    this.#schedulePump();
    return offset;
  }

  read(id: number): Uint8Array | null | undefined {
    const bytes = this.#tunnel.read(id);
    if (bytes !== undefined) this.#schedulePump();
    return bytes;
  }

  end(id: number): void {
    this.#tunnel.end(id);
    this.#schedulePump();
  }

  reset(id: number, code: Code): void {
    this.#tunnel.reset(id, code);
    this.#streams.forget(id);
    this.#schedulePump();
  }

  stop(id: number, code: Code): void {
    this.#tunnel.stop(id, code);
    this.#schedulePump();
  }

  sendLimit(id: number): number {
    return this.#tunnel.sendLimit(id);
  }

  acknowledgedBytes(id: number): number | undefined {
    return this.#tunnel.acknowledgedBytes(id);
  }

  #receive(pathId: number, plaintext: Uint8Array): void {
    try {
      this.#tunnel.receive(pathId, plaintext, this.#clock.nowMs());
    } catch (thrown) {
      // The core throws nothing for what a peer sends: this is a fault of ours, and its state cannot be trusted.
      this.close("internal", TunnelError.from(thrown).message);
    }
    this.#changed();
  }

  /** Events at once, messages in one batch when the caller's turn is over. */
  #changed(): void {
    this.#dispatch();
    this.#schedulePump();
  }

  #schedulePump(): void {
    if (this.#hasPumpScheduled) return;
    this.#hasPumpScheduled = true;
    Promise.resolve().then(() => this.#pump());
  }

  #pump(): void {
    this.#hasPumpScheduled = false;
    this.#paths.flush();
    this.#dispatch();
    this.#timer.set(this.#tunnel.deadlineMs());
  }

  /** Tells what happened, in order, also where a listener calls back into the endpoint. */
  #dispatch(): void {
    this.#events.push(...this.#tunnel.takeEvents());
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) this.#tell(event);
    this.#isDispatching = false;
  }

  #tell(event: TunnelEvent): void {
    if ("id" in event) {
      this.#streams.tell(event);
      return;
    }
    switch (event.type) {
      case "path-trust":
      case "path-up":
      case "path-rtt":
        this.#listeners.tell({ type: event.type, path: this.#paths.status(event.pathId) });
        return;
      case "path-down": {
        const { code, reason } = event.loss;
        this.#listeners.tell({ type: "path-down", path: this.#paths.drop(event.pathId, code, reason), code, reason });
        return;
      }
      case "app-ready":
      case "no-direct-path":
        this.#listeners.tell({ type: event.type });
        return;
      case "attached":
      case "detached":
        this.#listeners.tell({ type: "state", state: event.type });
        return;
      case "closed":
        this.#finish(event);
    }
  }

  #finish({ error }: Extract<TunnelEvent, { readonly type: "closed" }>): void {
    this.#timer.cancel();
    this.#paths.flush();
    this.#paths.leave(error);
    this.#streams.failAll(error);
    this.#listeners.tell({ type: "state", state: "closed" });
    this.#listeners.tell({ type: "closed", error });
    this.#listeners.clear();
  }
}
