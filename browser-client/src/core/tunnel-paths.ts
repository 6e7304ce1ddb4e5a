/**
 * Keeps the paths of one tunnel up: the relay and one direct path, each repaired by itself, and more direct ones while a
 * transfer over a long way lasts.
 * Invariant: a lost path never ends the tunnel; the tunnel ends where the agent no longer knows it, where the session's
 * right is over, or by its own grace time.
 */
import { TunnelError } from "@culvert/protocol";
import { BulkPaths, type Clock, type Path, PathKeeper, type ViewerTunnel } from "@culvert/protocol/endpoint";
import { ControlChannel, type ControlMessage, type PathMessage } from "@culvert/protocol/http";
import type { IceServer, RemoteSession } from "@culvert/protocol/signaling";
import type { FromPeers, ToPeers } from "../webrtc/peer-messages.ts";
import { backOffMs } from "./back-off.ts";
import { isFinal } from "./connection-state.ts";
import { openDirectPath } from "./direct-path.ts";
import { type AttemptLink, PathMessages } from "./path-messages.ts";

/** What is needed to open paths. */
export interface TunnelPathsOptions {
  readonly tunnel: ViewerTunnel;
  readonly session: RemoteSession;
  readonly clock: Clock;
  random(): number;
  /** What a path that is opened now uses. */
  iceServers(): readonly IceServer[];
  joinRelay(session: RemoteSession, signal: AbortSignal): Promise<Path>;
  readonly peers: AttemptLink<FromPeers, ToPeers>;
  onAppAddress(loopbackPort: number): void;
  onDirect(state: "running" | "done" | "failed", error?: TunnelError): void;
  onRelayFailed(error: TunnelError): void;
}

/** Codes by which signaling says that a ticket is of no use any more. */
const ticketIsOver = new Set(["expired", "already-used", "superseded"]);

/**
 * An agent that closed its connection to signaling so long ago, with no path left, is taken as ended: streams fail in
 * words instead of hanging. A network that is down, ours or the agent's (`network`: it fell silent, it may be asleep), is
 * waited for through the tunnel's whole grace time.
 */
const offlinePatienceMs = 15_000;

/** Runs until `stop`. */
export class TunnelPaths {
  readonly #options: TunnelPathsOptions;
  readonly #relay: PathKeeper;
  readonly #direct: PathKeeper;
  readonly #bulk: BulkPaths;
  readonly #stopped = new AbortController();
  readonly #stopListening: () => void;
  #cancelPatience: (() => void) | undefined;

  constructor(options: TunnelPathsOptions) {
    this.#options = options;
    const { tunnel, peers, clock, random } = options;
    const control = this.#control();
    const open = (signal: AbortSignal) =>
      openDirectPath({ tunnel, peers, control, iceServers: options.iceServers(), clock, signal });
    const backOff = (failures: number) => backOffMs(failures, random());
    this.#direct = new PathKeeper({
      ...{ tunnel, clock, sort: "channel", backOffMs: backOff },
      open: () => open(this.#stopped.signal),
      onAttempt: () => options.onDirect("running"),
      onUp: () => options.onDirect("done"),
      onFailed: (error) => options.onDirect("failed", error),
    });
    this.#bulk = new BulkPaths({ tunnel, clock, open: () => open(this.#stopped.signal) });
    this.#relay = new PathKeeper({
      ...{ tunnel, clock, sort: "relay", backOffMs: backOff },
      open: () => this.#reopenRelay(this.#stopped.signal),
      onFailed: (error) => options.onRelayFailed(error),
    });
    this.#stopListening = tunnel.onEvent((event) => {
      // Another channel is offered over the relay: where that waits for its own turn, it is wanted now.
      if (event.type !== "path-down" && event.type !== "path-trust") return;
      const { pathId, kind } = event.path;
      if (kind !== "relay" && !this.#moves) this.#relay.hurry();
      if (event.type !== "path-down") return;
      if (kind !== "relay") peers.send({ type: "close-peer", pathId });
      // Also a probe: what waits for an acknowledgement makes the paths that are left prove that they live.
      control.send({ type: "path-failed", pathId, code: event.code, message: event.reason.slice(0, 512) });
    });
  }

  /** The network changed or a person is waiting: every path has to answer, and waits are cut short. */
  hurry(): void {
    this.#options.tunnel.probe();
    this.#relay.hurry();
    this.#direct.hurry();
  }

  /** Opens no more paths. */
  stop(): void {
    this.#stopListening();
    this.#stopped.abort();
    this.#bulk.stop();
    this.#cancelPatience?.();
    this.#relay.stop();
    this.#direct.stop();
  }

  #control(): PathMessages<PathMessage, ControlMessage> {
    const { tunnel } = this.#options;
    const channel = new ControlChannel(tunnel.control);
    // A control stream that cannot take or give messages ends with its tunnel, which says why.
    const control = new PathMessages<PathMessage, ControlMessage>(
      (message) => void channel.send(message).catch(() => {}),
    );
    const receive = async (): Promise<void> => {
      for (let message = await channel.receive(); message !== null; message = await channel.receive()) {
        if (message.type === "path-suspect") tunnel.doubtPath(message.pathId);
        else if (message.type === "app-address") this.#options.onAppAddress(message.loopbackPort);
        else control.deliver(message);
      }
    };
    receive().catch((fault: unknown) => {
      if (tunnel.state !== "closed") tunnel.close(TunnelError.from(fault).code, "the control stream broke");
    });
    return control;
  }

  async #reopenRelay(signal: AbortSignal): Promise<number> {
    const { tunnel, session } = this.#options;
    let path: Path;
    try {
      path = await this.#options.joinRelay(session, signal);
    } catch (fault) {
      const { code } = TunnelError.from(fault);
      if (code === "offline") this.#losePatience();
      // A tunnel that still has a path lives on without its relay.
      if ((isFinal(code) || ticketIsOver.has(code)) && !this.#moves) tunnel.close(code, "no way back");
      throw fault;
    }
    this.#cancelPatience?.();
    this.#cancelPatience = undefined;
    const pathId = tunnel.nextPathId();
    try {
      await tunnel.attachPath(pathId, path);
    } catch (fault) {
      path.close("path-failed", "the path could not be attached");
      const { code } = TunnelError.from(fault);
      // The agent alone can say so, and says so of tunnels that it does not know. Every other end is the path's own.
      if (code === "not-found" && !this.#moves) {
        tunnel.close("peer-restarted", "the server does not know this tunnel any more");
      }
      throw fault;
    }
    return pathId;
  }

  /** True while anything moves: neither signaling nor the network alone can make it seem otherwise. */
  get #moves(): boolean {
    return this.#options.tunnel.paths().some(({ state }) => state === "active");
  }

  #losePatience(): void {
    const { tunnel, clock } = this.#options;
    this.#cancelPatience ??= clock.setTimer(offlinePatienceMs, () => {
      this.#cancelPatience = undefined;
      if (!this.#moves) tunnel.close("offline", "The server is not connected any more.");
    });
  }
}
