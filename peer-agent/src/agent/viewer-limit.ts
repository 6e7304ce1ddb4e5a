/**
 * How many viewers a service takes at once. Invariant: no more tunnels are served than `limits.viewers`, but for viewers
 * that lost their network and came back after others took their places.
 */
import type { Admission, AdmissionRequest, AgentTunnel } from "@culvert/protocol/endpoint";
import type { ServiceLimits } from "@culvert/protocol/signaling";

/** What of a tunnel is looked at. */
export type CountedTunnel = Pick<AgentTunnel, "state" | "context" | "tunnelId" | "deviceKey" | "close">;

export interface ViewerLimitOptions {
  tunnels(): readonly CountedTunnel[];
  /** Undefined for what is no service of the configuration. */
  limitsOf(serviceId: string): ServiceLimits | undefined;
}

type Newcomer = Pick<AdmissionRequest, "serviceId" | "tunnelId" | "deviceKey" | "supersedes">;
type Refusal = Extract<Admission, { readonly type: "refused" }>;

/** Counts at the door, and again once a tunnel is there: several may have been let in before the first of them was. */
export class ViewerLimit {
  readonly #options: ViewerLimitOptions;

  constructor(options: ViewerLimitOptions) {
    this.#options = options;
  }

  /** `limit-reached` where there is no room, else what `decide` says. It is not asked before: it writes down uses of a share. */
  async admit(newcomer: Newcomer, decide: () => Promise<Admission>): Promise<Admission> {
    return this.#refusalOf(newcomer) ?? decide();
  }

  /** True where a fresh tunnel has room; else it is ended with `limit-reached` once this turn has given it its first path. */
  keeps(tunnel: CountedTunnel): boolean {
    const { context, tunnelId, deviceKey } = tunnel;
    const refusal = this.#refusalOf({ serviceId: context.serviceId, tunnelId, deviceKey });
    if (refusal === undefined) return true;
    // A tunnel without a path could not tell its viewer why.
    queueMicrotask(() => tunnel.close(refusal.code, refusal.message));
    return false;
  }

  /** A viewer that lost its network may come back, and a page may open the service anew: neither counts. */
  #refusalOf({ serviceId, tunnelId, deviceKey, supersedes }: Newcomer): Refusal | undefined {
    const { viewers = Number.POSITIVE_INFINITY } = this.#options.limitsOf(serviceId) ?? {};
    const others = this.#options.tunnels().filter((other) => {
      if (other.state !== "attached" || other.context.serviceId !== serviceId) return false;
      const isEnded =
        supersedes !== undefined && isSame(other.tunnelId, supersedes) && isSame(other.deviceKey, deviceKey);
      return !isEnded && !isSame(other.tunnelId, tunnelId);
    });
    if (others.length < viewers) return undefined;
    const message = `The service takes ${viewers} ${viewers === 1 ? "viewer" : "viewers"} at once.`;
    return { type: "refused", code: "limit-reached", message, hint: "Close it elsewhere and open it again." };
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
