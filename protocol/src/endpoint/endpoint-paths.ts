/**
 * The pipes under an endpoint: what the core wants sent goes to them, and they are closed when it lets them go.
 * Invariant: a pipe is closed exactly once; after the tunnel's end each stays at most closeLingerMs.
 */
import type { Code } from "../codes.ts";
import type { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Tunnel } from "../tunnel/tunnel.ts";
import type { Clock } from "./clock.ts";
import type { PathStatus } from "./endpoint-api.ts";
import { PathTraffic } from "./path-traffic.ts";
import { SealedPath, type SealedPathHandlers, type SealedPathOptions } from "./sealed-path.ts";

/** The paths of one endpoint. */
export class EndpointPaths {
  readonly #clock: Clock;
  readonly #tunnel: Tunnel;
  readonly #live = new Map<number, SealedPath>();
  /** Round trips as last seen, for the status of a path that is gone. */
  readonly #rttMs = new Map<number, number>();
  readonly #lingering = new Map<number, () => void>();
  readonly #traffic: PathTraffic;

  constructor(clock: Clock, tunnel: Tunnel, onTraffic: () => void) {
    this.#clock = clock;
    this.#tunnel = tunnel;
    this.#traffic = new PathTraffic({ clock, counters: () => this.#live, onSample: onTraffic });
  }

  /** A sealed path that is not live yet. */
  create(options: SealedPathOptions, handlers: SealedPathHandlers): SealedPath {
    const { pathId } = options;
    return new SealedPath(options, {
      ...handlers,
      onMessage: (plaintext) => {
        this.#traffic.moved(plaintext.length);
        handlers.onMessage(plaintext);
      },
      onLost: (code, reason) => {
        if (this.#lingering.has(pathId)) this.#endLinger(pathId);
        else handlers.onLost(code, reason);
      },
    });
  }

  add(path: SealedPath): void {
    this.#live.set(path.pathId, path);
  }

  /** Sends what the core has, as long as the pipes have room. */
  flush(): void {
    for (;;) {
      for (const { pathId, roomBytes } of this.#live.values()) this.#tunnel.setPathRoom(pathId, roomBytes);
      const messages = this.#tunnel.takeMessages(this.#clock.nowMs());
      if (messages.length === 0) return;
      for (const { pathId, message } of messages) {
        this.#traffic.moved(message.length);
        const isFree = this.#live.get(pathId)?.send(message);
        if (isFree !== false) this.#tunnel.recycle(message);
      }
    }
  }

  statuses(): PathStatus[] {
    return [...this.#live.keys()].map((pathId) => this.status(pathId));
  }

  status(pathId: number): PathStatus {
    const path = this.#live.get(pathId);
    const { rttMs, isSuspect, ...health } = this.#tunnel.pathHealth(pathId, this.#clock.nowMs());
    if (rttMs !== undefined) this.#rttMs.set(pathId, rttMs);
    return {
      pathId,
      kind: path?.path.kind ?? "relay",
      state: isSuspect ? "suspect" : "active",
      rttMs: rttMs ?? this.#rttMs.get(pathId),
      sentBytes: path?.sentBytes ?? 0,
      receivedBytes: path?.receivedBytes ?? 0,
      ...health,
      ...this.#traffic.rates(pathId),
    };
  }

  /** Closes a pipe that the core let go; returns its last status. */
  drop(pathId: number, code: Code, reason: string): PathStatus {
    const status: PathStatus = { ...this.status(pathId), state: "dead" };
    this.#live.get(pathId)?.close(code, reason);
    this.#live.delete(pathId);
    this.#rttMs.delete(pathId);
    return status;
  }

  /** The tunnel is over: pipes close when the peer closes them, or after a moment in which CLOSE can arrive. */
  leave({ code, message, origin }: TunnelError): void {
    this.#traffic.stop();
    for (const [pathId, path] of this.#live) {
      const close = (): void => path.close(code, message);
      // A peer that said CLOSE waits for nothing.
      if (origin === "remote" && code !== "protocol-error") {
        close();
        continue;
      }
      const cancel = this.#clock.setTimer(limits.closeLingerMs, () => {
        this.#lingering.delete(pathId);
        close();
      });
      this.#lingering.set(pathId, cancel);
    }
    this.#live.clear();
    this.#rttMs.clear();
  }

  #endLinger(pathId: number): void {
    this.#lingering.get(pathId)?.();
    this.#lingering.delete(pathId);
  }
}
