/**
 * A viewer's way to one service: a remote session, a tunnel, its paths, and a new session when the tunnel is over.
 * Invariant: at most one tunnel at a time; after `close` there is none, and no socket, timer or library is left.
 */
import { TunnelError } from "@culvert/protocol";
import type { EndpointEvent, PathStatus, ViewerTunnel } from "@culvert/protocol/endpoint";
import type { DhKeyPair } from "@culvert/protocol/seal";
import type { RemoteSession } from "@culvert/protocol/signaling";
import { watchNetwork } from "../network/network-watch.ts";
import { createWebRtcLibrary, type LibraryChoice, type WebRtcLibrary } from "../webrtc/index.ts";
import { abortable } from "./abortable.ts";
import { keepPaths } from "./kept-paths.ts";
import { type NodeViewer, openNodeViewer, systemClock } from "./node-viewer.ts";

/**
 * `connecting`, then `open` or `detached` (no path is left, streams wait for one), then `lost` (the tunnel is over, the
 * next call asks for a new session) or `closed` (for good).
 */
export type ConnectionState = "connecting" | "open" | "detached" | "lost" | "closed";

/** What happens to a connection, in order; nothing follows `closed`. Paths as the tunnel tells of them. */
export type ConnectionEvent =
  | { readonly type: "state"; readonly state: ConnectionState; readonly error?: TunnelError }
  | Exclude<EndpointEvent, { type: "state" | "closed" }>;

export interface TunnelConnectionOptions {
  readonly deviceKey: DhKeyPair;
  readonly webrtc: LibraryChoice;
  readonly headers: Readonly<Record<string, string>>;
  /** A session for the device key. Rejects where there is none to be had, also for good. */
  createSession(): Promise<RemoteSession>;
}

/** A tunnel and the session that it was opened by. */
export interface OpenedTunnel {
  readonly tunnel: ViewerTunnel;
  readonly session: RemoteSession;
}

type Phase =
  | { readonly type: "idle" }
  | { readonly type: "opening"; readonly opened: Promise<OpenedTunnel> }
  | { readonly type: "live"; readonly opened: OpenedTunnel }
  | { readonly type: "closed" };

/** Opens a tunnel when one is asked for and there is none. */
export class TunnelConnection {
  readonly #options: TunnelConnectionOptions;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(event: ConnectionEvent) => void>();
  #phase: Phase = { type: "idle" };
  #state: ConnectionState = "connecting";
  #library: Promise<WebRtcLibrary> | undefined;
  #closed: Promise<void> | undefined;
  #supersedes: Uint8Array | undefined;

  constructor(options: TunnelConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  paths(): readonly PathStatus[] {
    return this.#phase.type === "live" ? this.#phase.opened.tunnel.paths() : [];
  }

  /** Adds a listener; returns what removes it. */
  onEvent(listener: (event: ConnectionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The tunnel; opened first where there is none. Rejects with what prevents it. */
  tunnel(): Promise<OpenedTunnel> {
    switch (this.#phase.type) {
      case "live":
        return Promise.resolve(this.#phase.opened);
      case "opening":
        return this.#phase.opened;
      case "closed":
        return Promise.reject(closedHere());
      case "idle": {
        const opened = this.#open();
        this.#phase = { type: "opening", opened };
        return opened;
      }
      default:
        return this.#phase satisfies never;
    }
  }

  /** Ends the tunnel. Resolves when nothing is left of it. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const phase = this.#phase;
    this.#phase = { type: "closed" };
    this.#closing.abort(closedHere());
    if (phase.type === "opening") await phase.opened.catch(() => {});
    if (phase.type === "live") phase.opened.tunnel.close("closed", "the viewer was closed");
    const library = await this.#library?.catch(() => undefined);
    await library?.dispose();
    this.#tell("closed");
    this.#listeners.clear();
  }

  async #open(): Promise<OpenedTunnel> {
    const { deviceKey, headers, webrtc } = this.#options;
    const { signal } = this.#closing;
    if (this.#state !== "connecting") this.#tell("connecting");
    try {
      this.#library ??= createWebRtcLibrary(webrtc);
      const library = await this.#library;
      const session = await abortable(this.#options.createSession(), signal);
      const supersedes = this.#supersedes === undefined ? {} : { supersedes: this.#supersedes };
      const viewer = await openNodeViewer({ session, deviceKey, library, headers, signal, ...supersedes });
      return this.#live(viewer, session);
    } catch (thrown) {
      const error = signal.aborted ? closedHere() : TunnelError.from(thrown);
      if (this.#phase.type === "opening") {
        this.#phase = { type: "idle" };
        this.#tell("lost", error);
      }
      throw error;
    }
  }

  #live(viewer: NodeViewer, session: RemoteSession): OpenedTunnel {
    const { tunnel } = viewer;
    if (this.#closing.signal.aborted) {
      tunnel.close("closed", "the viewer was closed");
      throw closedHere();
    }
    const opened: OpenedTunnel = { tunnel, session };
    this.#supersedes = tunnel.tunnelId;
    this.#phase = { type: "live", opened };
    tunnel.onEvent((event) => this.#receive(event));
    this.#tell("open");
    const clock = systemClock();
    const paths = keepPaths({ viewer, clock, random: Math.random });
    const stopWatching = watchNetwork(() => paths.hurry(), { clock });
    tunnel.onEvent((event) => {
      if (event.type === "closed") stopWatching();
    });
    return opened;
  }

  #receive(event: EndpointEvent): void {
    switch (event.type) {
      case "state":
        if (event.state !== "closed") this.#tell(event.state === "attached" ? "open" : "detached");
        return;
      case "closed":
        if (this.#phase.type !== "live") return;
        this.#phase = { type: "idle" };
        this.#tell("lost", event.error);
        return;
      default:
        this.#emit(event);
    }
  }

  #tell(state: ConnectionState, error?: TunnelError): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#emit({ type: "state", state, ...(error === undefined ? {} : { error }) });
  }

  #emit(event: ConnectionEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function closedHere(): TunnelError {
  return new TunnelError("closed", "this viewer was closed");
}
