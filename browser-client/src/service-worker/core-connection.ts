/**
 * One service port: the worker's end of the talk with one core. Invariant: an exchange belongs to the core that it was
 * opened on; when that core goes, all of its exchanges fail, and nothing is opened on it any more.
 */
import type { Failure } from "@culvert/protocol/http";
import { type PortRequest, portProtocol, type ToCore, type ToServiceWorker } from "../ports/service-port.ts";
import { type AppTrouble, troubleDetailLength } from "../ports/trouble.ts";
import { type ExchangeOptions, HttpExchange } from "./http-exchange.ts";

/** What a core says of itself when it takes the port. */
export type CoreHello = Extract<ToServiceWorker, { type: "core-hello" }>;

/** A core is silent for so many ticks of the watch before it counts as gone. */
export const silentTicks = 6;

/** `onReady` and `onGone`: called at most once each, in this order. */
export interface CoreConnectionOptions {
  /** Resolves when a lock is free; never after `signal` has aborted. */
  whenFree(lock: string, signal: AbortSignal): Promise<void>;
  onReady(hello: CoreHello): void;
  onGone(failure: Failure): void;
}

export class CoreConnection {
  readonly #port: MessagePort;
  readonly #options: CoreConnectionOptions;
  readonly #exchanges = new Set<HttpExchange>();
  readonly #readers = new Set<(cookies: undefined) => void>();
  #hello: CoreHello | undefined;
  #loopbackPort = 0;
  readonly #over = new AbortController();
  /** Ticks since the core spoke last; undefined until it has pinged once. */
  #silence: number | undefined;

  constructor(port: MessagePort, options: CoreConnectionOptions) {
    this.#port = port;
    this.#options = options;
    port.onmessage = (event: MessageEvent<ToServiceWorker>) => this.#receive(event.data);
    // Fired where the other end's page or worker has gone; not every browser has it, so there is the watch as well.
    port.addEventListener("close", () => this.close("closed", "The dashboard's tab was closed."));
    this.#post({ type: "worker-hello", portProtocol, takesParts: true });
  }

  /** The core's own words, once they came. */
  get hello(): CoreHello | undefined {
    return this.#hello;
  }

  /** The loopback port by which the app's pages may name it; 0 where none is known. */
  get loopbackPort(): number {
    return this.#loopbackPort;
  }

  /** True after `onGone`. */
  get isGone(): boolean {
    return this.#over.signal.aborted;
  }

  /** Opens an exchange. Only between `onReady` and `onGone`. */
  openHttp(request: PortRequest, options: Omit<ExchangeOptions, "onOver">): HttpExchange {
    const channel = new MessageChannel();
    const exchange = new HttpExchange(channel.port1, {
      body: options.body,
      onUploaded: (bytes) => options.onUploaded(bytes),
      onOver: () => void this.#exchanges.delete(exchange),
    });
    this.#exchanges.add(exchange);
    this.#post({ type: "open-http", request, port: channel.port2 }, [channel.port2]);
    return exchange;
  }

  /** The cookie string that a document at `path` shows its scripts; undefined where the core goes before it answers. */
  readCookies(path: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      const settle = (cookies: string | undefined) => {
        this.#readers.delete(settle);
        port1.close();
        resolve(cookies);
      };
      if (this.isGone) return settle(undefined);
      this.#readers.add(settle);
      port1.onmessage = ({ data }: MessageEvent<string>) => settle(data);
      this.#post({ type: "read-cookies", path, port: port2 }, [port2]);
    });
  }

  /** Hands a document's page port on. */
  openPage(clientId: string, url: string, port: MessagePort): void {
    this.#post({ type: "open-page", clientId, url, port }, [port]);
  }

  /** Something of the app cannot work here. */
  tellTrouble(kind: AppTrouble["kind"], detail: string): void {
    this.#post({ type: "trouble", trouble: { kind, detail: detail.slice(0, troubleDetailLength) } });
  }

  /** A step of the watch; counted in ticks and not in time, so that a machine's sleep is no silence. */
  tick(): void {
    if (this.#silence === undefined) return;
    this.#silence += 1;
    if (this.#silence >= silentTicks) this.close("closed", "The dashboard's tab does not answer any more.");
  }

  /** The core is gone: its exchanges fail with these words. Idempotent. */
  close(code: Failure["code"], message: string): void {
    if (this.isGone) return;
    this.#over.abort();
    const failure: Failure = { code, message, hint: "Open the app from the dashboard again." };
    for (const exchange of [...this.#exchanges]) exchange.fail(failure);
    for (const reader of [...this.#readers]) reader(undefined);
    this.#port.onmessage = null;
    this.#port.close();
    this.#options.onGone(failure);
  }

  #receive(message: ToServiceWorker): void {
    if (this.#silence !== undefined) this.#silence = 0;
    switch (message.type) {
      case "core-hello":
        if (message.portProtocol !== portProtocol) {
          this.close("version-unsupported", "The dashboard's tab and this worker come from different versions.");
          return;
        }
        if (this.#hello !== undefined) return;
        this.#hello = message;
        this.#options.onReady(message);
        if (message.lock !== undefined) void this.#closeWhenFree(message.lock);
        return;
      case "app-address":
        this.#loopbackPort = message.loopbackPort;
        return;
      case "ping":
        this.#silence = 0;
        this.#post({ type: "pong", sequence: message.sequence });
        return;
      case "core-closed":
        this.close("closed", message.message);
        return;
    }
  }

  /** A page that goes frees what it holds, with or without a last word of its core. */
  async #closeWhenFree(lock: string): Promise<void> {
    await this.#options.whenFree(lock, this.#over.signal);
    this.close("closed", "The dashboard's tab was closed.");
  }

  #post(message: ToCore, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}
