/**
 * Everything that the app origin can reach of the core: service ports, and the page ports that come through them.
 * Invariant: nothing but one service's streams and script-visible cookies is on the other side of it.
 */
import type { Code } from "@culvert/protocol";
import type { AppLocation, AppTrouble } from "../app-view-api.ts";
import { AppIcon } from "./app-icon.ts";
import type { ExchangeContext } from "./exchange-context.ts";
import { PagePort } from "./page-port.ts";
import { type CoreHello, ServicePort } from "./service-port.ts";

/** Documents of one app that the core serves at once. */
const openPages = 512;
/** Workers that one core talks to: one runs at a time, and a browser may be slow to tell that others are gone. */
const openWorkers = 8;
/** An app that changes its address all the time is shown at a person's pace. */
const locationMs = 50;
/** Different troubles that are told; a person reads no more. */
const toldTroubles = 64;
/** A lock's name is ours and shorter. */
const longestLock = 64;
/** Timers take 31 bits of ms; a cookie that lives longer is looked at again then. */
const longestTimerMs = 2 ** 31 - 1;

/** What a gateway reports. */
export interface GatewayEvents {
  /** A worker said hello. */
  onWorker(): void;
  onLocation(location: AppLocation): void;
  /** The icon of the page that is shown, as a data: address; undefined for none. */
  onIcon(icon: string | undefined): void;
  /** Each trouble once, and no more than a person reads. */
  onTrouble(trouble: AppTrouble): void;
}

/** The ports of one core. */
export class AppGateway {
  readonly #context: ExchangeContext;
  readonly #hello: CoreHello;
  readonly #events: GatewayEvents;
  readonly #icon: AppIcon;
  readonly #workers = new Set<ServicePort>();
  readonly #pages = new Set<PagePort>();
  readonly #troubles = new Set<string>();
  readonly #stopFollowing: () => void;
  /** What the courier holds that brought the last port. */
  #lock: string | undefined;
  #location: AppLocation | undefined;
  #cancelLocation: (() => void) | undefined;
  #cancelExpiry: (() => void) | undefined;

  constructor(context: ExchangeContext, hello: CoreHello, events: GatewayEvents) {
    this.#context = context;
    this.#hello = hello;
    this.#events = events;
    this.#icon = new AppIcon(context, (icon) => events.onIcon(icon));
    this.#stopFollowing = context.cookies.onChange(() => this.tellCookies());
  }

  /** Takes the port of a worker that started or asked for a fresh one. `lock`: held by a document as long as this core lives. */
  addWorker(port: MessagePort, lock?: string): void {
    for (const earlier of this.#workers) earlier.probe();
    this.#lock = lock;
    const worker = new ServicePort(port, { ...this.#hello, ...lockOf(lock) }, this.#context, {
      onHello: () => this.#events.onWorker(),
      onPage: (url, pagePort) => this.#addPage(url, pagePort),
      onTrouble: (trouble) => this.tellTrouble(trouble),
      onGone: (gone) => this.#workers.delete(gone),
    });
    this.#workers.add(worker);
    for (const surplus of [...this.#workers].slice(0, -openWorkers)) {
      surplus.close("superseded", "newer service workers took its place");
    }
    // Where the browser tells that the other end is gone, there is no need to wait for the pings.
    port.addEventListener("close", () => worker.close("closed", "the service worker is gone"));
  }

  /** Cookies changed, here or in another tab, or ran out: documents hear of it. */
  tellCookies(): void {
    for (const page of this.#pages) page.tellCookies();
    this.#tellAtExpiry();
  }

  /** The loopback port by which the app may be named became known. */
  tellAddress(): void {
    for (const worker of this.#workers) worker.tellAddress();
  }

  /** Ends all. */
  close(code: Code, message: string): void {
    this.#stopFollowing();
    this.#cancelLocation?.();
    this.#cancelExpiry?.();
    for (const worker of [...this.#workers]) worker.close(code, message);
    for (const page of [...this.#pages]) page.close();
  }

  #addPage(url: string, port: MessagePort): void {
    if (this.#pages.size >= openPages) {
      port.close();
      return;
    }
    const page = new PagePort(port, { url, ...lockOf(this.#lock) }, this.#context, {
      onLocation: (location) => this.#tellLocation(location),
      onIcon: (address) => void this.#icon.follow(address),
      onTrouble: (trouble) => this.tellTrouble(trouble),
      onPage: (workerUrl, workerPort) => this.#addPage(workerUrl, workerPort),
      onGone: (gone) => this.#pages.delete(gone),
    });
    this.#pages.add(page);
    this.#tellAtExpiry();
    port.addEventListener("close", () => page.close());
  }

  /** A cookie that runs out is no change of the jar (RFC 6265bis §5.6): documents are told when it is over. */
  #tellAtExpiry(): void {
    this.#cancelExpiry?.();
    const inMs = this.#pages.size === 0 ? undefined : this.#context.cookies.untilExpiryMs(Date.now());
    this.#cancelExpiry =
      inMs === undefined
        ? undefined
        : this.#context.clock.setTimer(Math.min(inMs + 1, longestTimerMs), () => this.tellCookies());
  }

  /** Something of the app cannot work here. */
  tellTrouble(trouble: AppTrouble): void {
    const key = `${trouble.kind} ${trouble.detail}`;
    if (this.#troubles.has(key) || this.#troubles.size >= toldTroubles) return;
    this.#troubles.add(key);
    this.#events.onTrouble(trouble);
  }

  /** The latest counts. */
  #tellLocation(location: AppLocation): void {
    this.#location = location;
    this.#cancelLocation ??= this.#context.clock.setTimer(locationMs, () => {
      this.#cancelLocation = undefined;
      if (this.#location !== undefined) this.#events.onLocation(this.#location);
    });
  }
}

/** The app origin chose the name, so it is bounded before it is told there again. */
function lockOf(name: string | undefined): { readonly lock?: string } {
  return name === undefined || name.length > longestLock ? {} : { lock: name };
}
