/** One service in use: its definition, its target, its health, and what it has served. */
import type { Clock } from "@culvert/protocol/endpoint";
import type { PublishedService, ServiceDefinition, ServiceHealth } from "@culvert/protocol/signaling";
import type { ServiceTarget } from "../targets/target.ts";
import { ServicePlaces } from "./service-places.ts";

/** Probes while the target answers, and while it does not: it should turn within seconds either way. */
const healthyProbeMs = 5_000;
const unreachableProbeMs = 1_500;

export interface RunningServiceOptions {
  readonly definition: ServiceDefinition;
  readonly target: ServiceTarget;
  readonly clock: Clock;
  /** The health changed. */
  onHealth(health: ServiceHealth): void;
}

/** Probes its target from `start` to `stop`. */
export class RunningService {
  readonly definition: ServiceDefinition;
  readonly target: ServiceTarget;
  readonly clock: Clock;
  readonly places: ServicePlaces;
  readonly #onHealth: (health: ServiceHealth) => void;
  #health: ServiceHealth = "unknown";
  #requests = 0;
  #isRunning = false;
  #probing: Promise<void> | undefined;
  #cancelProbe: () => void = () => {};

  constructor({ definition, target, clock, onHealth }: RunningServiceOptions) {
    this.definition = definition;
    this.target = target;
    this.clock = clock;
    this.places = new ServicePlaces(clock, definition.limits?.streams);
    this.#onHealth = onHealth;
  }

  get health(): ServiceHealth {
    return this.#health;
  }

  /** Exchanges and WebSockets served so far. */
  get requests(): number {
    return this.#requests;
  }

  /** Resolves after the first probe. */
  start(): Promise<void> {
    this.#isRunning = true;
    return this.probe();
  }

  /** No more probes; streams that use the target go on. */
  endProbes(): void {
    this.#isRunning = false;
    this.#cancelProbe();
  }

  /** No more probes; the target is closed. */
  async stop(): Promise<void> {
    this.endProbes();
    await this.target.close();
  }

  countRequest(): void {
    this.#requests += 1;
  }

  /** Probes now, where none is under way: called when a request found the target down. */
  probe(): Promise<void> {
    this.#cancelProbe();
    this.#probing ??= this.#probeOnce().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  /** What the control plane is told: never the target. */
  published(): PublishedService {
    const { name, mode, relayPolicy } = this.definition;
    return { name, mode, supportedProtocols: this.supportedProtocols, health: this.#health, relayPolicy };
  }

  /** What viewers may use of it. */
  get supportedProtocols(): PublishedService["supportedProtocols"] {
    const { mode, supportedProtocols } = this.definition;
    return supportedProtocols ?? (mode === "http" ? ["http", "sse", "websocket"] : ["tcp"]);
  }

  async #probeOnce(): Promise<void> {
    const health = (await this.target.isReachable()) ? "healthy" : "unreachable";
    if (!this.#isRunning) return;
    const restMs = this.definition.probe?.intervalMs ?? healthyProbeMs;
    const delayMs = health === "healthy" ? restMs : Math.min(restMs, unreachableProbeMs);
    this.#cancelProbe = this.clock.setTimer(delayMs, () => void this.probe());
    if (health === this.#health) return;
    this.#health = health;
    this.#onHealth(health);
  }
}
