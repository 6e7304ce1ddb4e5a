/**
 * The two iframes of an app origin: the hidden courier, and the app itself.
 * Invariant: messages are taken from the courier's window and origin alone, and ports are sent to that origin alone.
 */
import { bootFragment } from "../ports/boot-mark.ts";
import type { CourierToPage, PageToCourier } from "../ports/courier-messages.ts";

/** What the courier tells. */
export interface CourierEvents {
  /** A worker runs and wants a port; also later, when the browser restarted it. */
  onNeedPort(): void;
  /** The worker answers requests. */
  onWorkerReady(): void;
  onFailed(message: string): void;
}

/** The hidden iframe that registers the service worker and passes ports to it. */
export class CourierFrame {
  readonly #frame: HTMLIFrameElement;
  readonly #appOrigin: string;
  readonly #events: CourierEvents;
  #lock: string | undefined;
  readonly #listener = (event: MessageEvent<unknown>): void => this.#receive(event);

  constructor(container: HTMLElement, appOrigin: string, events: CourierEvents) {
    this.#appOrigin = appOrigin;
    this.#events = events;
    this.#frame = document.createElement("iframe");
    this.#frame.hidden = true;
    this.#frame.tabIndex = -1;
    this.#frame.title = "Culvert courier";
    this.#frame.referrerPolicy = "no-referrer";
    this.#frame.src = `${appOrigin}/.culvert/courier`;
    window.addEventListener("message", this.#listener);
    container.append(this.#frame);
  }

  /** What the courier holds as long as it lives; undefined where it said nothing of it. */
  get lock(): string | undefined {
    return this.#lock;
  }

  /** Passes a service port on. */
  sendPort(bootId: string, port: MessagePort): void {
    const message: PageToCourier = { type: "culvert-port", bootId };
    this.#frame.contentWindow?.postMessage(message, this.#appOrigin, [port]);
  }

  remove(): void {
    window.removeEventListener("message", this.#listener);
    this.#frame.remove();
  }

  #receive({ data, origin, source }: MessageEvent<unknown>): void {
    if (origin !== this.#appOrigin || source !== this.#frame.contentWindow) return;
    const message = data as CourierToPage | null;
    switch (message?.type) {
      case "culvert-courier-ready":
        this.#lock = typeof message.lock === "string" ? message.lock : undefined;
        this.#events.onNeedPort();
        return;
      case "culvert-need-port":
        this.#events.onNeedPort();
        return;
      case "culvert-worker-ready":
        this.#events.onWorkerReady();
        return;
      case "culvert-courier-failed":
        this.#events.onFailed(String(message.message).slice(0, 1_024));
    }
  }
}

/** The sandbox lets the app do what an app in a tab may do, but navigate the dashboard away. */
const sandbox =
  "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-downloads";
/** A grant is made to the top-level origin and would serve every app, so camera and the like are not in here. */
const permissions = "fullscreen; clipboard-write; autoplay";

/** The iframe in which the app runs, from the first `navigate` on. */
export class AppFrame {
  readonly #container: HTMLElement;
  readonly #frame: HTMLIFrameElement;
  readonly #appOrigin: string;
  readonly #opener: string;

  /** `opener`: the core in whose name it leads the app about. */
  constructor(container: HTMLElement, appOrigin: string, opener: string) {
    this.#appOrigin = appOrigin;
    this.#opener = opener;
    this.#frame = document.createElement("iframe");
    this.#frame.setAttribute("sandbox", sandbox);
    this.#frame.allow = permissions;
    this.#frame.referrerPolicy = "no-referrer";
    this.#frame.title = "App";
    this.#container = container;
  }

  /**
   * Loads a path by the boot document; the fragment keeps it from the origin's server. `isPersons`: a person wanted it, and no
   * foreign page.
   */
  navigate(path: string, isPersons: boolean): void {
    const fragment = bootFragment(isPersons ? this.#opener : undefined, path);
    this.#frame.src = `${this.#appOrigin}/.culvert/boot${fragment}`;
    if (!this.#frame.isConnected) this.#container.append(this.#frame);
  }

  remove(): void {
    this.#frame.remove();
  }
}

/** A path within the app; `/` for anything that could lead out of it. */
export function appPath(path: string): string {
  return /^\/(?!\/)/.test(path) && !/^\/\\/.test(path) ? path : "/";
}
