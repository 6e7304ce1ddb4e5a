/** The agent's tunnels by id: live ones, unconfirmed ones, and ids of ended ones for as long as a replay could use them. */
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { toHex } from "../wire/hex.ts";
import type { TunnelSecrets } from "./attach-path.ts";
import type { Clock } from "./clock.ts";
import type { AgentTunnel } from "./opening-api.ts";
import type { UnconfirmedTunnel } from "./unconfirmed-tunnel.ts";

/** A confirmed tunnel with what its further handshakes need. */
export interface LiveTunnel {
  readonly tunnel: AgentTunnel;
  readonly secrets: TunnelSecrets;
  /** The static key of its viewer. */
  readonly deviceKey: Uint8Array;
}

/** Invariant: an id stands in one of the three tables at most. */
export class TunnelRegister {
  readonly #clock: Clock;
  readonly #unconfirmed = new Map<string, UnconfirmedTunnel>();
  readonly #live = new Map<string, LiveTunnel>();
  /** Ids of ended tunnels with what cancels their forgetting. */
  readonly #ended = new Map<string, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The confirmed tunnel of an id. */
  live(tunnelId: Uint8Array): LiveTunnel | null {
    return this.#live.get(toHex(tunnelId)) ?? null;
  }

  /** All confirmed tunnels. */
  tunnels(): readonly AgentTunnel[] {
    return [...this.#live.values()].map(({ tunnel }) => tunnel);
  }

  /** Why an id may not be opened by this device: only an unconfirmed tunnel of the same device may be opened again. */
  refusal(tunnelId: Uint8Array, deviceKey: Uint8Array): TunnelError | null {
    const key = toHex(tunnelId);
    const owner = this.#unconfirmed.get(key)?.opening.deviceKey;
    const isFree = !this.#live.has(key) && !this.#ended.has(key) && (!owner || toHex(owner) === toHex(deviceKey));
    return isFree ? null : new TunnelError("already-used", "this tunnel was opened before");
  }

  /** Adds an unconfirmed tunnel in place of an older one of its id. */
  addUnconfirmed(tunnel: UnconfirmedTunnel): void {
    const key = toHex(tunnel.opening.request.tunnelId);
    this.#unconfirmed.get(key)?.end("superseded", "the same viewer opened the tunnel anew");
    this.#unconfirmed.set(key, tunnel);
  }

  /** Removes an unconfirmed tunnel, where it still stands. */
  removeUnconfirmed(tunnel: UnconfirmedTunnel): void {
    const key = toHex(tunnel.opening.request.tunnelId);
    if (this.#unconfirmed.get(key) === tunnel) this.#unconfirmed.delete(key);
  }

  /** Adds a confirmed tunnel until it is closed. */
  addLive(live: LiveTunnel): void {
    const key = toHex(live.tunnel.tunnelId);
    this.#live.set(key, live);
    live.tunnel.onEvent((event) => {
      if (event.type !== "closed" || !this.#live.delete(key)) return;
      const cancel = this.#clock.setTimer(limits.endedTunnelMs, () => this.#ended.delete(key));
      this.#ended.set(key, cancel);
    });
  }

  /** Forgets everything and its timers; the caller closes the tunnels. */
  clear(reason: string): void {
    for (const tunnel of [...this.#unconfirmed.values()]) tunnel.end("closed", reason);
    this.#live.clear();
    for (const cancel of this.#ended.values()) cancel();
    this.#ended.clear();
  }
}
