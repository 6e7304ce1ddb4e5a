/**
 * The core's end of one service port: one running service worker of the app origin.
 * Invariant: an exchange that came through a worker ends with it; a worker that is silent for 30 s counts as gone.
 */
import type { Code } from "@culvert/protocol";
import { failure } from "@culvert/protocol/http";
import type { AppTrouble } from "../app-view-api.ts";
import type { HttpToServiceWorker } from "../ports/http-port.ts";
import { portProtocol, type ToCore, type ToServiceWorker } from "../ports/service-port.ts";
import type { ExchangeContext, ExchangePort } from "./exchange-context.ts";
import { HttpExchange } from "./http-exchange.ts";
import { openHttpPortSchema, toCoreSchema } from "./port-schemas.ts";

/** Also keeps Firefox's worker alive, together with the courier's own pings. */
const pingMs = 10_000;
const silentPings = 3;
/** A worker that is asked because another one started is asked twice, with so long in between: a machine may have slept. */
const probeMs = 5_000;
const probePings = 2;
/** Exchanges that one worker may have open; the tunnel queues beyond its own limit long before. */
const openExchanges = 1_024;

/** What the worker is told first. */
export type CoreHello = Omit<Extract<ToServiceWorker, { type: "core-hello" }>, "type" | "portProtocol">;

/** What a service port reports. */
export interface ServicePortEvents {
  /** The worker answered the hello: requests may come. */
  onHello(): void;
  /** A document wants its page port. */
  onPage(url: string, port: MessagePort): void;
  onTrouble(trouble: AppTrouble): void;
  /** The worker is gone or broke the rules; its exchanges are canceled and its port is closed. */
  onGone(port: ServicePort): void;
}

/** One worker's port. */
export class ServicePort {
  readonly #port: ExchangePort<ToServiceWorker>;
  readonly #context: ExchangeContext;
  readonly #events: ServicePortEvents;
  readonly #exchanges = new Set<HttpExchange>();
  #takesParts = false;
  #sequence = 0;
  #answeredSequence = 0;
  /** Regular pings since the worker answered last. */
  #unansweredPings = 0;
  #closed = false;
  #cancelPing: (() => void) | undefined;
  #cancelProbe: (() => void) | undefined;

  constructor(
    port: ExchangePort<ToServiceWorker>,
    hello: CoreHello,
    context: ExchangeContext,
    events: ServicePortEvents,
  ) {
    this.#port = port;
    this.#context = context;
    this.#events = events;
    port.onmessage = ({ data }) => this.#receive(data);
    port.postMessage({ type: "core-hello", portProtocol, ...hello });
    this.tellAddress();
    this.#pingLater();
  }

  /** Tells the worker by which loopback port the app may be named, where that is known. */
  tellAddress(): void {
    const loopbackPort = this.#context.loopbackPort();
    if (loopbackPort !== undefined && !this.#closed) this.#port.postMessage({ type: "app-address", loopbackPort });
  }

  /** Ends every exchange of this worker and says why. Idempotent. */
  close(code: Code, message: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelPing?.();
    this.#cancelProbe?.();
    for (const exchange of this.#exchanges) exchange.cancel();
    this.#port.postMessage({ type: "core-closed", code, message });
    this.#port.onmessage = null;
    this.#port.close();
    this.#events.onGone(this);
  }

  /**
   * Another worker started: mostly because the browser stopped this one, and nobody told. But two of different versions may
   * run beside each other, so this one is asked.
   */
  probe(): void {
    if (!this.#closed && this.#cancelProbe === undefined) this.#ask(probePings);
  }

  #ask(pings: number): void {
    const answered = this.#answeredSequence;
    this.#sequence += 1;
    this.#port.postMessage({ type: "ping", sequence: this.#sequence });
    this.#cancelProbe = this.#context.clock.setTimer(probeMs, () => {
      this.#cancelProbe = undefined;
      if (this.#answeredSequence > answered) return;
      if (pings > 1) this.#ask(pings - 1);
      else this.close("timeout", "the service worker did not answer when another started");
    });
  }

  #pingLater(): void {
    this.#cancelPing = this.#context.clock.setTimer(pingMs, () => {
      if (this.#unansweredPings >= silentPings) {
        this.close("timeout", "the service worker did not answer for 30 s");
        return;
      }
      this.#unansweredPings += 1;
      this.#sequence += 1;
      this.#port.postMessage({ type: "ping", sequence: this.#sequence });
      this.#pingLater();
    });
  }

  #receive(data: unknown): void {
    const message = toCoreSchema.safeParse(data);
    if (message.success) {
      this.#obey(message.data);
      return;
    }
    // A request beyond our bounds is one request that fails, not the end of a worker that serves others.
    const asking = openHttpPortSchema.safeParse(data);
    if (asking.success) refuse(asking.data.port, "invalid-request", "the request is malformed or too large");
    else this.close("protocol-error", "the service worker sent a message that the core cannot read");
  }

  #obey(message: ToCore): void {
    switch (message.type) {
      case "worker-hello":
        this.#takesParts = message.takesParts === true;
        if (message.portProtocol === portProtocol) this.#events.onHello();
        else this.close("version-unsupported", "the service worker is of another version: reload the page");
        return;
      case "open-http":
        this.#openHttp(message);
        return;
      case "open-page":
        this.#events.onPage(message.url, message.port);
        return;
      case "read-cookies":
        message.port.postMessage(this.#context.cookies.documentCookies(message.path));
        message.port.close();
        this.#context.onAnswer();
        return;
      case "trouble":
        this.#events.onTrouble(message.trouble);
        return;
      case "pong":
        this.#unansweredPings = 0;
        this.#answeredSequence = Math.min(Math.max(this.#answeredSequence, message.sequence), this.#sequence);
    }
  }

  #openHttp({ request, port }: Extract<ToCore, { type: "open-http" }>): void {
    if (this.#exchanges.size >= openExchanges) {
      refuse(port, "limit-reached", "too many requests are open");
      return;
    }
    const exchange = new HttpExchange(request, port, this.#context, this.#takesParts);
    this.#exchanges.add(exchange);
    void exchange.run().then(() => this.#exchanges.delete(exchange));
  }
}

function refuse(port: MessagePort, code: Code, message: string): void {
  port.postMessage({ type: "failed", failure: failure(code, message) } satisfies HttpToServiceWorker);
  port.close();
}
