/**
 * How long tunnels may live while the control plane is out of reach: a revocation may wait there.
 * Invariant: it runs from the first moment offline, whatever is tried meanwhile.
 */
import type { Clock } from "@culvert/protocol/endpoint";

/** Ten minutes. */
const defaultLeaseMs = 10 * 60 * 1000;

export interface ControlPlaneLeaseOptions {
  readonly clock: Clock;
  /** Ten minutes where it is left out. */
  readonly leaseMs?: number | undefined;
  /** Called once for each time offline that lasts too long, with the words for those whose tunnels end. */
  onOver(reason: string): void;
}

/** One lease, running while the agent is offline. */
export class ControlPlaneLease {
  readonly #options: ControlPlaneLeaseOptions;
  #cancel: (() => void) | undefined;

  constructor(options: ControlPlaneLeaseOptions) {
    this.#options = options;
  }

  /** The control plane is out of reach; told again, nothing begins anew. */
  start(): void {
    const { clock, leaseMs = defaultLeaseMs, onOver } = this.#options;
    this.#cancel ??= clock.setTimer(leaseMs, () => {
      const minutes = Math.max(1, Math.round(leaseMs / 60_000));
      onOver(`the agent could not reach the control plane for ${minutes} min`);
    });
  }

  /** The control plane answers, or the agent stops. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
