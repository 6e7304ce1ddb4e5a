/**
 * The viewer's connection to one service: a remote session, a tunnel, its paths, and all of it again when it is lost.
 * Invariant: at most one tunnel at a time; what the page is told follows from the tunnel and the last fault alone.
 */
import { type Code, TunnelError } from "@culvert/protocol";
import type { ByteStream, Clock, Path, PathStatus, ViewerTunnel } from "@culvert/protocol/endpoint";
import type { IceServer, RemoteSession } from "@culvert/protocol/signaling";
import type { AppViewPath } from "../app-view-api.ts";
import type { FromPeers, ToPeers } from "../webrtc/peer-messages.ts";
import { backOffMs } from "./back-off.ts";
import { bestPath, type ConnectionState, type ConnectionStep, faultOf, isFinal, pathView } from "./connection-state.ts";
import type { AttemptLink } from "./path-messages.ts";
import { TunnelPaths } from "./tunnel-paths.ts";
import { TunnelWaiters } from "./tunnel-waiters.ts";

/** What a connection is made of; everything outside is passed in. */
export interface ViewerConnectionOptions {
  /** Codes that end the attempts beside those that always do. */
  readonly alsoFinal?: readonly Code[];
  readonly clock: Clock;
  random(): number;
  createSession(): Promise<RemoteSession>;
  /** `onIceServers`: told what takes the place of the session's own. */
  joinRelay(
    session: RemoteSession,
    signal: AbortSignal,
    onIceServers: (iceServers: readonly IceServer[]) => void,
  ): Promise<Path>;
  /** Checks the agent's key and opens the tunnel. */
  openTunnel(opening: Opening): Promise<ViewerTunnel>;
  readonly peers: AttemptLink<FromPeers, ToPeers>;
  onSession(session: RemoteSession): void;
  /** The agent told the port of its loopback at which the app is. */
  onAppAddress(loopbackPort: number): void;
  onStep(step: ConnectionStep, state: "running" | "done" | "failed"): void;
  onState(state: ConnectionState): void;
  onPaths(paths: readonly AppViewPath[]): void;
}

/** What a tunnel is opened with. `supersedes`: the tunnel before it, which the agent may end. */
export interface Opening {
  readonly session: RemoteSession;
  readonly path: Path;
  readonly pathId: number;
  readonly supersedes: Uint8Array | undefined;
}

const firstPathId = 1;
/** A round trip is told again at most so often. */
const rttIntervalMs = 1_000;
/** A connection on which nothing moves is shown as lost after so long: a cut that heals sooner needs no words. */
const stillMs = 3_000;
const viewClosed = new TunnelError("closed", "the App View was closed");

/** Runs from `start` to `close`. */
export class ViewerConnection {
  readonly #options: ViewerConnectionOptions;
  readonly #waiters = new TunnelWaiters();
  readonly #closing = new AbortController();
  #state: ConnectionState = { phase: "connecting" };
  #tunnel: ViewerTunnel | undefined;
  #paths: TunnelPaths | undefined;
  #supersedes: Uint8Array | undefined;
  /** What new paths use: the session's, until signaling tells others. */
  #iceServers: readonly IceServer[] = [];
  #relayCarriesApp = false;
  #attempt = 0;
  #lastFault: TunnelError | undefined;
  /** Of the last attempt at a direct path. */
  #directFault: TunnelError | undefined;
  #cancelRtt: (() => void) | undefined;
  #cancelStill: (() => void) | undefined;
  #wake: (() => void) | undefined;

  constructor(options: ViewerConnectionOptions) {
    this.#options = options;
  }

  /** Begins; every fault shows in `onState`. Call once. */
  start(): void {
    void this.#run();
  }

  /** A fresh stream; waits while there is no tunnel. Rejects with the fault that ended the attempts. */
  async openStream(kind: "http" | "websocket"): Promise<ByteStream> {
    return (await this.#waiters.wait()).openStream(kind);
  }

  /** Tries at once where an attempt waits, or again where the attempts have ended. */
  retry(): void {
    this.#attempt = 0;
    this.#wake?.();
    this.#paths?.hurry();
  }

  /** The machine woke or has another network: every path has to answer, and waits for paths are cut short. */
  awake(): void {
    this.#paths?.hurry();
  }

  /** Ends the tunnel and all attempts. Idempotent. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#waiters.refuse(viewClosed);
    this.#paths?.stop();
    this.#tunnel?.close("closed", viewClosed.message);
    this.#wake?.();
    this.#cancelRtt?.();
    this.#cancelStill?.();
    this.#tell({ phase: "closed" });
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    while (!this.#isClosed) {
      const error = await this.#connect();
      if (this.#isClosed) return;
      this.#attempt += 1;
      this.#lastFault = error;
      if (isFinal(error.code) || this.#options.alsoFinal?.includes(error.code) === true) {
        this.#waiters.refuse(error);
        this.#tell({ phase: "failed", ...faultOf(error) });
        await this.#pause();
        this.#waiters.allow();
      } else {
        this.#tellPaths();
        await this.#pause(backOffMs(this.#attempt, random()), clock);
      }
    }
  }

  /** One attempt and the life of its tunnel; resolves with what ended it. */
  async #connect(): Promise<TunnelError> {
    const { signal } = this.#closing;
    try {
      const session = await this.#step("session", () => this.#options.createSession());
      this.#options.onSession(session);
      this.#iceServers = session.iceServers;
      const path = await this.#step("relay", () => this.#joinRelay(session, signal));
      const opening = { session, path, pathId: firstPathId, supersedes: this.#supersedes };
      const tunnel = await this.#step("agent", () => this.#options.openTunnel(opening));
      this.#supersedes = tunnel.tunnelId;
      return await this.#live(tunnel, session);
    } catch (fault) {
      return TunnelError.from(fault);
    } finally {
      this.#paths?.stop();
      this.#paths = undefined;
      this.#tunnel = undefined;
      this.#awaitMovement(undefined);
      // What it would tell is of a tunnel that is gone: an end that stays would be shown as one that passes.
      this.#cancelRtt?.();
      this.#cancelRtt = undefined;
      this.#waiters.lose();
    }
  }

  #live(tunnel: ViewerTunnel, session: RemoteSession): Promise<TunnelError> {
    if (this.#isClosed) {
      tunnel.close("closed", viewClosed.message);
      return Promise.resolve(viewClosed);
    }
    this.#tunnel = tunnel;
    this.#relayCarriesApp = session.relayPolicy !== "handshake-only";
    return new Promise((resolve) => {
      tunnel.onEvent((event) => {
        if (event.type === "closed") {
          this.#options.onPaths([]);
          resolve(event.error);
          return;
        }
        if ("path" in event || event.type === "traffic") this.#options.onPaths(tunnel.paths().map(pathView));
        if (event.type === "no-direct-path") this.#lastFault = noDirectPath(this.#lastFault);
        if (event.type === "path-down") this.#lastFault = new TunnelError(event.code, event.reason, { scope: "path" });
        if (event.type === "path-rtt") this.#tellRtt();
        else this.#tellPaths();
      });
      this.#paths = new TunnelPaths({
        ...this.#options,
        joinRelay: (again, signal) => this.#joinRelay(again, signal),
        iceServers: () => this.#iceServers,
        tunnel,
        session,
        onDirect: (state, error) => {
          this.#options.onStep("direct", state);
          if (state !== "running") this.#directFault = error;
          // The tunnel is there, on the relay alone: what a person lacks is a direct connection, whatever it broke on.
          if (error !== undefined) this.#fault(tunnel.state === "attached" ? noDirectPath(error) : error);
        },
        onRelayFailed: (error) => this.#fault(error),
      });
      this.#waiters.give(tunnel);
      this.#tellPaths();
    });
  }

  #joinRelay(session: RemoteSession, signal: AbortSignal): Promise<Path> {
    return this.#options.joinRelay(session, signal, (iceServers) => {
      this.#iceServers = iceServers;
    });
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #step<T>(step: ConnectionStep, run: () => Promise<T>): Promise<T> {
    this.#options.onStep(step, "running");
    try {
      const result = await run();
      this.#options.onStep(step, "done");
      return result;
    } catch (fault) {
      this.#options.onStep(step, "failed");
      throw fault;
    }
  }

  #fault(error: TunnelError): void {
    this.#lastFault = error;
    this.#tellPaths();
  }

  /** Tells what the tunnel's paths allow; without any, what the last fault was. */
  #tellPaths(): void {
    if (this.#isClosed) return;
    const path = bestPath(this.#tunnel?.paths() ?? [], this.#relayCarriesApp);
    this.#awaitMovement(path);
    // A path that hesitates is shown as it was, until there is a reason to think that it will not come back.
    if (path !== undefined && (path.state === "active" || this.#lastFault === undefined)) {
      this.#attempt = 0;
      this.#lastFault = undefined;
      const { kind: pathKind, rttMs } = path;
      const why = pathKind === "direct" ? undefined : this.#directFault;
      this.#tell({ phase: "open", pathKind, rttMs, ...(why && { directFault: faultOf(why) }) });
    } else if (this.#lastFault !== undefined) {
      this.#tell({ phase: "lost", attempt: Math.max(1, this.#attempt), ...faultOf(this.#lastFault) });
    }
  }

  /** Where nothing moves for a while a person is told so, before the path is given up. */
  #awaitMovement(path: PathStatus | undefined): void {
    if (path?.state !== "suspect") {
      this.#cancelStill?.();
      this.#cancelStill = undefined;
      return;
    }
    this.#cancelStill ??= this.#options.clock.setTimer(stillMs, () => {
      this.#lastFault ??= new TunnelError("network", "Nothing comes from the server any more.", { scope: "path" });
      this.#tellPaths();
    });
  }

  /** Round trips change with every exchange; a person reads one a second. */
  #tellRtt(): void {
    if (this.#state.phase === "open" && this.#state.rttMs === undefined) {
      this.#tellPaths();
      return;
    }
    this.#cancelRtt ??= this.#options.clock.setTimer(rttIntervalMs, () => {
      this.#cancelRtt = undefined;
      this.#tellPaths();
    });
  }

  #tell(state: ConnectionState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.#options.onState(state);
  }

  #pause(durationMs?: number, clock?: Clock): Promise<void> {
    return new Promise((resolve) => {
      const cancel = durationMs === undefined ? undefined : clock?.setTimer(durationMs, resolve);
      this.#wake = () => {
        cancel?.();
        resolve();
      };
    });
  }
}

function noDirectPath(cause: TunnelError | undefined): TunnelError {
  if (cause?.code === "no-direct-path") return cause;
  const why = cause === undefined ? "" : ` (${cause.message})`;
  return new TunnelError("no-direct-path", `No direct connection to the server came up${why}.`, { cause });
}
