/**
 * The document's own port to the core. It is handed over by the service worker once; after that the worker may be
 * stopped without harm. Invariant: there is always a port to post to; what is posted before the core took it waits.
 */
import type { FromWorkerMessage, ToWorkerMessage } from "../ports/courier-messages.ts";
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
  /** What the page of the core holds that took the port. */
  #lock: string | undefined;

  constructor(container: ServiceWorkerContainer, options: PageConnectionOptions) {
    this.#container = container;
    this.#options = options;
    container.addEventListener("message", (event: MessageEvent<FromWorkerMessage | undefined>) => {
      if (event.data?.type !== "culvert-core-gone") return;
      event.stopImmediatePropagation();
      if (event.data.lock === this.#lock) this.#gone(this.#port);
    });
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

  /** The port, at once; the worker is given its other end after `waitMs`, and what is posted meanwhile waits in it. */
  #connect(waitMs = 0): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const hear = watchPort(port1, () => this.#gone(port1));
    port1.onmessage = ({ data }: MessageEvent<CoreToPage>) => {
      hear(data);
      if (data.type === "page-ready") this.#lock = data.lock;
      this.#options.onMessage(data);
    };
    const give = (): void => {
      const message: ToWorkerMessage = { type: "culvert-page", url: location.href };
      const controller = nativeController(this.#container);
      if (controller !== null) controller.postMessage(message, [port2]);
      else void nativeReady(this.#container).then(({ active }) => active?.postMessage(message, [port2]));
    };
    if (waitMs === 0) give();
    else setTimeout(give, waitMs);
    return port1;
  }

  #gone(port: MessagePort): void {
    if (this.#port !== port) return;
    this.#lock = undefined;
    this.#options.onGone();
    this.#port = this.#connect(reconnectMs);
  }
}
