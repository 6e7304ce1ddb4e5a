/**
 * Holds live tunnels to the agent's lists: a device that is revoked, a lock, a share that is taken back end them at once.
 * Invariant: a tunnel lives no longer than what let it in.
 */
import type { TunnelError } from "@culvert/protocol";
import type { AgentTunnel } from "@culvert/protocol/endpoint";
import { type AdmittedTunnel, sharerGone } from "../admission/index.ts";
import { type Devices, deviceRefusal, mayVouch, noDevices } from "../devices/index.ts";
import { type KeptShare, overBecause } from "../shares/index.ts";
import type { AgentTrust } from "./agent-trust.ts";

export interface TrustWatchOptions {
  readonly trust: AgentTrust;
  tunnels(): readonly AgentTunnel[];
  admitted(tunnel: AgentTunnel): AdmittedTunnel | undefined;
  serverNowMs(): number;
  /** The lock was set or taken off. */
  onLockChanged(): void;
}

/** Watches from `start` to `stop`. */
export class TrustWatch {
  readonly #options: TrustWatchOptions;
  #devices: Devices = noDevices;
  #unwatch: () => void = () => {};

  constructor(options: TrustWatchOptions) {
    this.#options = options;
  }

  get locked(): boolean {
    return this.#devices.locked;
  }

  /** Rejects in words where a list is damaged: an agent without its lock must not run. */
  async start(): Promise<void> {
    const { devices, shares } = this.#options.trust;
    const unwatchers = [devices.watch(() => void this.#sweep()), shares.watch(() => void this.#sweep())];
    this.#unwatch = () => {
      for (const unwatch of unwatchers) unwatch();
    };
    this.#devices = await devices.read();
  }

  stop(): void {
    this.#unwatch();
  }

  /** The lists may have changed between a tunnel's admission and its beginning. */
  check(tunnel: AgentTunnel): void {
    void this.#sweep([tunnel]);
  }

  /** A list that cannot be read any more lets nobody stay. */
  async #sweep(tunnels = this.#options.tunnels()): Promise<void> {
    const { trust, onLockChanged } = this.#options;
    try {
      const [devices, shares] = await Promise.all([trust.devices.read(), trust.shares.all()]);
      const hasChanged = devices.locked !== this.#devices.locked;
      this.#devices = devices;
      for (const tunnel of tunnels) end(tunnel, this.#refusalOf(tunnel, devices, shares));
      if (hasChanged) onLockChanged();
    } catch {
      for (const tunnel of tunnels) {
        tunnel.close("internal", "the server's list of devices cannot be read");
      }
    }
  }

  #refusalOf(tunnel: AgentTunnel, devices: Devices, shares: readonly KeptShare[]): TunnelError | undefined {
    const share = this.#options.admitted(tunnel)?.share;
    if (share === undefined) return deviceRefusal(devices, Buffer.from(tunnel.deviceKey).toString("base64url"));
    const kept = shares.find(({ shareId }) => shareId === share.shareId);
    if (kept === undefined || !mayVouch(devices, share.madeBy)) return sharerGone();
    return overBecause(kept, this.#options.serverNowMs());
  }
}

function end(tunnel: AgentTunnel, refusal: TunnelError | undefined): void {
  if (refusal !== undefined) tunnel.close(refusal.code, refusal.message);
}
