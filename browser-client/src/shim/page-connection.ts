/**
 * The document's own port to the core. It is handed over by the service worker once; after that the worker may be
 * stopped without harm. Invariant: there is always a port to post to; what is posted before the core took it waits.
 */
import type { ToWorkerMessage } from "../ports/courier-messages.ts";
import type { CoreToPage, PageToCore } from "../ports/page-port.ts";
import { watchPort } from "./port-watch.ts";
import { nativeController, nativeReady } from "./worker-container.ts";

/** A core that is gone is looked for again after this. */
const reconnectMs = 1_000;

/** `onGone`: the core went with all it held for this document; a new port is on its way. */
export interface PageConnectionOptions {
  onMessage(message: CoreToPage): void;
  onGone(): void;
}

export class PageConnection {
  readonly #container: ServiceWorkerContainer;
  readonly #options: PageConnectionOptions;
  #port: MessagePort;

  constructor(container: ServiceWorkerContainer, options: PageConnectionOptions) {
    this.#container = container;
    this.#options = options;
    this.#port = this.#connect();
  }

  post(message: PageToCore, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** The document is hidden for good, or for as long as the back/forward cache holds it. */
  leave(): void {
    this.post({ type: "page-hidden" });
    this.#port.close();
  }

  /** The document is back. */
  comeBack(): void {
    this.#port = this.#connect();
  }

  #connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const hear = watchPort(port1, () => this.#gone(port1));
    port1.onmessage = ({ data }: MessageEvent<CoreToPage>) => {
      hear(data);
      this.#options.onMessage(data);
    };
    const message: ToWorkerMessage = { type: "culvert-page", url: location.href };
    const controller = nativeController(this.#container);
    if (controller !== null) controller.postMessage(message, [port2]);
    else void nativeReady(this.#container).then(({ active }) => active?.postMessage(message, [port2]));
    return port1;
  }

  #gone(port: MessagePort): void {
    if (this.#port !== port) return;
    this.#options.onGone();
    setTimeout(() => {
      if (this.#port === port) this.#port = this.#connect();
    }, reconnectMs);
  }
}
