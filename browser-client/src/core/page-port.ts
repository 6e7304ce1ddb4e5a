/**
 * The core's end of one document's page port: its cookies, its WebSockets, what it says of itself.
 * Invariant: a document is told script-visible cookies only, and only when they change for its path.
 */
import type { AppLocation, AppTrouble } from "../app-view-api.ts";
import type { CoreToPage, PageToCore } from "../ports/page-port.ts";
import type { ExchangeContext, ExchangePort } from "./exchange-context.ts";
import { pageToCoreSchema } from "./port-schemas.ts";
import { WebSocketExchange } from "./websocket-exchange.ts";

/** WebSockets that one document may have at once: Chromium's own bound. */
const pageWebSockets = 255;
/** Longest title that is shown. */
const titleLength = 256;

/** What a page port reports. */
export interface PageEvents {
  onLocation(location: AppLocation): void;
  /** Address of the icon that the page names, empty for none. It is not checked. */
  onIcon(address: string): void;
  onTrouble(trouble: AppTrouble): void;
  /** A worker that the document started wants a port of its own. */
  onPage(url: string, port: MessagePort): void;
  /** The document broke the rules or went away; its port is closed. */
  onGone(page: PagePort): void;
}

/** `url`: the document's, as the service worker knows it; only its path counts. `lock`: told to the document. */
export interface PageOpening {
  readonly url: string;
  readonly lock?: string;
}

/** One document of the app. */
export class PagePort {
  readonly #port: ExchangePort<CoreToPage>;
  readonly #context: ExchangeContext;
  readonly #events: PageEvents;
  readonly #webSockets = new Set<WebSocketExchange>();
  #path: string;
  #toldCookies: string | undefined;
  /** Sequence of the document's last own change that is in the jar. */
  #applied = 0;
  #closed = false;

  constructor(
    port: ExchangePort<CoreToPage>,
    { url, ...ready }: PageOpening,
    context: ExchangeContext,
    events: PageEvents,
  ) {
    this.#port = port;
    this.#context = context;
    this.#events = events;
    this.#path = pathOf(url, context.appOrigin);
    port.onmessage = ({ data }) => this.#receive(data);
    this.#port.postMessage({ type: "page-ready", ...ready });
    this.tellCookies();
  }

  /** Tells the document its cookies where they differ from what it was told last. */
  tellCookies(): void {
    if (this.#closed) return;
    const cookies = this.#context.cookies.documentCookies(this.#path);
    if (cookies === this.#toldCookies) return;
    this.#toldCookies = cookies;
    this.#port.postMessage({ type: "cookies", cookies, applied: this.#applied });
  }

  /** Ends the document's WebSockets and its port, which the document is told. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelWebSockets();
    this.#port.postMessage({ type: "gone" });
    this.#port.onmessage = null;
    this.#port.close();
    this.#events.onGone(this);
  }

  #receive(data: unknown): void {
    const message = pageToCoreSchema.safeParse(data);
    if (message.success) this.#obey(message.data);
    else this.close();
  }

  #obey(message: PageToCore): void {
    switch (message.type) {
      case "open-websocket":
        this.#openWebSocket(message);
        return;
      case "set-cookie":
        this.#applied = message.sequence ?? this.#applied;
        // What the document assumed may not be what the jar makes of it: it is told in any case.
        this.#toldCookies = undefined;
        this.#context.cookies.takeScript(message.cookie, pathOf(message.path, this.#context.appOrigin));
        this.tellCookies();
        return;
      case "page-info":
        this.#path = pathOf(message.path, this.#context.appOrigin);
        this.tellCookies();
        this.#events.onLocation({ path: message.path, title: message.title.slice(0, titleLength) });
        this.#events.onIcon(message.icon);
        return;
      case "open-page":
        this.#events.onPage(message.url, message.port);
        return;
      case "trouble":
        this.#events.onTrouble(message.trouble);
        return;
      case "ping":
        this.#port.postMessage({ type: "pong" });
        return;
      case "page-hidden":
        // A document that comes back from the back-forward cache brings a new port.
        this.close();
    }
  }

  #openWebSocket({ port, ...request }: Extract<PageToCore, { type: "open-websocket" }>): void {
    if (this.#webSockets.size >= pageWebSockets) {
      port.postMessage({ type: "failed", message: "too many WebSockets are open" });
      port.close();
      return;
    }
    const exchange = new WebSocketExchange(request, port, this.#context);
    this.#webSockets.add(exchange);
    void exchange.run().then(() => this.#webSockets.delete(exchange));
  }

  #cancelWebSockets(): void {
    for (const exchange of this.#webSockets) exchange.cancel();
  }
}

/** Path and query of an address of the app; `/` for anything else. */
function pathOf(address: string, appOrigin: string): string {
  if (!URL.canParse(address, appOrigin)) return "/";
  const url = new URL(address, appOrigin);
  return url.origin === appOrigin ? url.pathname + url.search : "/";
}
