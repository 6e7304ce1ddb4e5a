/**
 * What an agent says of itself to the control plane, and when it says it again because of its viewers. Invariant: of
 * viewers it tells the session, the service and the kind of way; what they do there is never in it.
 */
import type { AgentTunnel, Clock } from "@culvert/protocol/endpoint";
import type { AgentPresence, OpenViewer, PublishedService, SessionId } from "@culvert/protocol/signaling";
import type { AgentEvent } from "./agent-events.ts";
import { agentVersion } from "./agent-version.ts";
import { usedPath } from "./used-path.ts";

/** News within this time are told together. SPEC.md §Signaling bounds how often. */
const togetherMs = 2_000;
/** While something is open, changed round trips are told this often. */
const roundTripsMs = 30_000;
/** SPEC.md §Signaling: as many as signaling joins to one agent. */
const toldViewers = 256;

/** What it is told from. */
export interface PresenceSources {
  readonly label: string;
  readonly clock: Clock;
  isOpenToViewers(): boolean;
  isLocked(): boolean;
  services(): readonly PublishedService[];
  tunnels(): readonly AgentTunnel[];
  /** The service of an id, where it is offered. */
  nameOf(serviceId: string): string | undefined;
  /** Sends `now()` to the control plane. */
  tell(): void;
}

export class PresenceTeller {
  readonly #sources: PresenceSources;
  #told = "[]";
  #dueMs = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => {};

  constructor(sources: PresenceSources) {
    this.#sources = sources;
  }

  /** The presence at this moment. */
  now(): AgentPresence {
    const { label, isOpenToViewers, isLocked, services } = this.#sources;
    const viewers = this.#viewers();
    this.#told = JSON.stringify(viewers);
    return {
      ...{ label, agentVersion, platform: process.platform },
      ...{ remoteAccessEnabled: isOpenToViewers(), locked: isLocked(), desk: true },
      primaryServiceName: services()[0]?.name ?? null,
      services: [...services()],
      viewers,
    };
  }

  /** Something happened in the agent; where it is about viewers, the control plane hears of it soon. */
  heard({ type }: AgentEvent): void {
    if (type === "viewer-opened" || type === "viewer-path" || type === "viewer-closed") this.#lookWithin(togetherMs);
  }

  /** Tells nothing any more. */
  end(): void {
    this.#cancel();
    this.#dueMs = Number.NEGATIVE_INFINITY;
  }

  #lookWithin(ms: number): void {
    const { clock } = this.#sources;
    const dueMs = clock.nowMs() + ms;
    if (dueMs >= this.#dueMs) return;
    this.#cancel();
    this.#dueMs = dueMs;
    this.#cancel = clock.setTimer(ms, () => this.#look());
  }

  #look(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    const viewers = this.#viewers();
    if (JSON.stringify(viewers) !== this.#told) this.#sources.tell();
    if (viewers.length > 0) this.#lookWithin(roundTripsMs);
  }

  #viewers(): OpenViewer[] {
    const { tunnels, nameOf } = this.#sources;
    const viewers = tunnels().flatMap((tunnel): readonly OpenViewer[] => {
      const { sessionId, serviceId } = tunnel.context;
      const serviceName = nameOf(serviceId);
      if (serviceName === undefined) return [];
      const path = usedPath(tunnel.paths());
      const rttMs = path?.rttMs === undefined ? null : Math.round(path.rttMs);
      return [{ sessionId: sessionId as SessionId, serviceName, way: path?.kind ?? null, rttMs }];
    });
    return viewers.slice(0, toldViewers) as OpenViewer[];
  }
}
