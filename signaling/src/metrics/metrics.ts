/**
 * The figures of this process for Prometheus. Invariant: labels come from closed lists (routes, statuses, codes), never
 * from what a client wrote, so that no series names a person, an address or a server.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What is asked for when the figures are read. */
export interface MetricSources {
  /** Agents attached to this node. */
  readonly agents: () => number;
  /** Viewers joined at this node. */
  readonly viewers: () => number;
  /** Bytes that this node's relays have carried since it began. */
  readonly relayedBytes: () => number;
  /** Requests that reached app origins although a service worker should have answered. */
  readonly leaks: () => number;
  /** Live nodes of the installation, this one among them. */
  readonly nodes: () => number;
  /** False while other nodes cannot be reached. */
  readonly isBusUp: () => boolean;
}

/** One answered request. `route` is the pattern it matched, or `none`. */
export interface AnsweredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram;
  readonly #failures: Counter;
  readonly #refusals: Counter;

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: "culvert_http_request_seconds",
      help: "Time from a request of the API to the end of its answer.",
      labelNames: ["method", "route", "status"],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
    this.#failures = new Counter({
      name: "culvert_failures_total",
      help: "Requests of the API that failed, by code.",
      labelNames: ["code"],
      registers,
    });
    this.#refusals = new Counter({
      name: "culvert_sockets_refused_total",
      help: "WebSockets that were refused before the upgrade, by code.",
      labelNames: ["code"],
      registers,
    });
    new Counter({
      name: "culvert_relay_bytes_total",
      help: "Sealed bytes that this node's relays carried, both ways.",
      registers,
      collect() {
        this.reset();
        this.inc(sources.relayedBytes());
      },
    });
    gauge("culvert_agents", "Agents attached to this node.", sources.agents, registers);
    gauge("culvert_viewers", "Viewers joined at this node.", sources.viewers, registers);
    gauge("culvert_leaks", "Requests that reached app origins past their service workers.", sources.leaks, registers);
    gauge("culvert_nodes", "Live nodes of this installation.", sources.nodes, registers);
    gauge("culvert_bus_up", "1 while other nodes can be reached.", () => Number(sources.isBusUp()), registers);
  }

  answered({ method, route, status, durationMs }: AnsweredRequest): void {
    this.#requests.observe({ method, route, status }, durationMs / 1000);
  }

  failed(code: string): void {
    this.#failures.inc({ code });
  }

  socketRefused(code: string): void {
    this.#refusals.inc({ code });
  }

  /** The figures as text, and the media type of that text. */
  async read(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}

function gauge(name: string, help: string, read: () => number, registers: Registry[]): void {
  new Gauge({
    ...{ name, help, registers },
    collect() {
      this.set(read());
    },
  });
}
