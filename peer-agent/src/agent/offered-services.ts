/**
 * The services that an agent offers at the moment; they can be replaced while it runs.
 * Invariant: a stream is served to its end by the service that took it; a target is closed after its last stream.
 */
import { isDeepStrictEqual } from "node:util";
import type { ByteStream, Clock } from "@culvert/protocol/endpoint";
import {
  type PublishedService,
  type ServerId,
  type ServiceDefinition,
  type ServiceHealth,
  serviceIdOf,
} from "@culvert/protocol/signaling";
import { nodePrimitives } from "../sealing/node-primitives.ts";
import {
  type AgentService,
  RunningService,
  type ServingOptions,
  serveStream,
  serviceDefinition,
  targetOf,
} from "../services/index.ts";
import { createTarget } from "../targets/create-target.ts";
import type { ServiceHandler } from "../targets/handler-target.ts";

export interface OfferedServicesOptions {
  readonly serverId: ServerId;
  /** The machine's, for words about its targets. */
  readonly label: string;
  readonly clock: Clock;
  /** A service's health changed. */
  onHealth(serviceName: string, health: ServiceHealth): void;
}

interface Offer {
  readonly service: RunningService;
  /** Functions of this process, where they are the target. */
  readonly handler: ServiceHandler | undefined;
  /** Streams that it serves now. */
  readonly serving: Set<Promise<void>>;
}

/** Runs services by id, in the order in which they were given: the first one is the primary. */
export class OfferedServices {
  readonly #options: OfferedServicesOptions;
  #offers: ReadonlyMap<string, Offer>;
  #isRunning = false;
  /** Requests of services that are gone. */
  #pastRequests = 0;
  #streams = 0;
  /** Services that are gone but for their last streams. */
  readonly #retiring = new Set<Promise<void>>();

  /** Throws for services that cannot be. */
  constructor(services: readonly AgentService[], options: OfferedServicesOptions) {
    this.#options = options;
    this.#offers = this.#offersFor(services);
  }

  /** Exchanges and WebSockets served so far. */
  get requests(): number {
    return this.list().reduce((sum, { requests }) => sum + requests, this.#pastRequests);
  }

  /** Streams that are under way; of services that are gone too. */
  get streams(): number {
    return this.#streams;
  }

  list(): readonly RunningService[] {
    return [...this.#offers.values()].map(({ service }) => service);
  }

  find(serviceId: string): RunningService | undefined {
    return this.#offers.get(serviceId)?.service;
  }

  /** What the control plane is told. */
  published(): PublishedService[] {
    return this.list().map((service) => service.published());
  }

  /** Serves one stream by what the service is now; resets it where there is none any more. Never rejects. */
  async serve(stream: ByteStream, serviceId: string, options: ServingOptions): Promise<void> {
    const offer = this.#offers.get(serviceId);
    if (offer === undefined) {
      stream.reset("not-found");
      return;
    }
    const served = serveStream(stream, offer.service, options);
    offer.serving.add(served);
    this.#streams += 1;
    try {
      await served;
    } finally {
      this.#streams -= 1;
      offer.serving.delete(served);
    }
  }

  /** Probes each once. */
  async start(): Promise<void> {
    this.#isRunning = true;
    await Promise.all(this.list().map((service) => service.start()));
  }

  /**
   * Offers these in place of what there is; what is the same goes on untouched. Resolves with the ids that are gone, once
   * the new ones were probed. Throws, and changes nothing, for services that cannot be.
   */
  async replace(services: readonly AgentService[]): Promise<readonly string[]> {
    const before = this.#offers;
    const after = this.#offersFor(services, before);
    const fresh = [...after.values()].filter((offer) => ![...before.values()].includes(offer));
    if (this.#isRunning) await Promise.all(fresh.map(({ service }) => service.start()));
    this.#offers = after;
    const kept = new Set(after.values());
    for (const offer of before.values()) if (!kept.has(offer)) this.#retire(offer);
    return [...before.keys()].filter((serviceId) => !after.has(serviceId));
  }

  /** Closes every target, whatever runs. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.list().map((service) => service.stop()));
    await Promise.all(this.#retiring);
  }

  #retire({ service, serving }: Offer): void {
    this.#pastRequests += service.requests;
    service.endProbes();
    const retired = Promise.all(serving)
      .then(() => service.stop())
      .finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }

  #offersFor(services: readonly AgentService[], known: ReadonlyMap<string, Offer> = new Map()): Map<string, Offer> {
    const offers = new Map<string, Offer>();
    for (const given of services) {
      const definition = serviceDefinition(this.#options.serverId, given);
      const serviceId = serviceIdOf(this.#options.serverId, definition.name, nodePrimitives.sha256);
      const offer = known.get(serviceId);
      const target = targetOf(given);
      const handler = target.type === "handler" ? target : undefined;
      const isSame = offer !== undefined && isDeepStrictEqual(offer.service.definition, definition);
      const isKept = isSame && isSameHandler(offer.handler, handler);
      const service = isKept ? offer.service : this.#serviceFor(definition, handler);
      offers.set(serviceId, isKept ? offer : { service, handler, serving: new Set() });
    }
    return offers;
  }

  #serviceFor(definition: ServiceDefinition, handler: ServiceHandler | undefined): RunningService {
    const { label, clock, onHealth } = this.#options;
    return new RunningService({
      definition,
      target: createTarget(definition, { label, handler }),
      clock,
      onHealth: (health) => onHealth(definition.name, health),
    });
  }
}

function isSameHandler(one: ServiceHandler | undefined, other: ServiceHandler | undefined): boolean {
  return (
    one === other ||
    (one?.fetch === other?.fetch && one?.webSocket === other?.webSocket && one?.stream === other?.stream)
  );
}
