/**
 * The app's own service worker, run inside ours. Its script is evaluated once the worker's text is there, so its
 * listeners are kept here and called from ours. Invariant: what it does not answer is answered as without it, and a
 * script that cannot be run leaves the app as it is without a service worker.
 */

/** Events that an app's worker may listen for. */
export const workerEvents = [
  ...["install", "activate", "fetch", "message", "messageerror", "push", "pushsubscriptionchange"],
  ...["notificationclick", "notificationclose", "sync", "periodicsync"],
] as const;

type Listener = EventListenerOrEventListenerObject;
type Scope = ServiceWorkerGlobalScope & Record<string, unknown>;

/** How the script's text is had. */
export interface AppWorkerOptions {
  /** The text of the app's script; rejects where there is none. */
  load(): Promise<string>;
  /** Evaluates it in the worker's global scope. */
  evaluate(text: string): void;
}

export class AppWorker {
  readonly #options: AppWorkerOptions;
  readonly #listeners = new Map<string, Listener[]>();
  #ready: Promise<void> | undefined;
  #isEvaluated = false;

  constructor(options: AppWorkerOptions) {
    this.#options = options;
  }

  /** Takes over the scope's listeners. To be called after our own are in place. */
  adopt(scope: Scope): void {
    const { addEventListener, removeEventListener } = scope;
    const isTaken = (type: string) => (workerEvents as readonly string[]).includes(type);
    scope.addEventListener = (type: string, listener: Listener | null, ...rest: never[]) => {
      if (!isTaken(type)) addEventListener.call(scope, type, listener as Listener, ...rest);
      else if (listener !== null && !this.#of(type).includes(listener)) this.#of(type).push(listener);
    };
    scope.removeEventListener = (type: string, listener: Listener | null, ...rest: never[]) => {
      if (!isTaken(type)) removeEventListener.call(scope, type, listener as Listener, ...rest);
      else
        this.#listeners.set(
          type,
          this.#of(type).filter((other) => other !== listener),
        );
    };
    for (const type of workerEvents) {
      let handler: unknown = null;
      const listener: Listener = (event) => void (typeof handler === "function" && handler.call(scope, event));
      Object.defineProperty(scope, `on${type}`, {
        configurable: true,
        get: () => handler,
        set: (value: unknown) => {
          if (handler === null) this.#of(type).push(listener);
          handler = value;
        },
      });
    }
  }

  /** Calls the app's listeners; resolves when what they wait for is over, and rejects where that fails. */
  async dispatch(event: ExtendableEvent): Promise<void> {
    await this.#whenReady();
    const waited: Promise<unknown>[] = [];
    this.#call(event, { waitUntil: (promise: unknown) => void waited.push(Promise.resolve(promise)) });
    for (let next = waited.shift(); next !== undefined; next = waited.shift()) await next;
  }

  /** The app's own answer; undefined where it gives none. */
  async respond(event: FetchEvent): Promise<Response | undefined> {
    await this.#whenReady();
    return this.#offer(event);
  }

  /**
   * The app's own answer to a request that is not for the app, or undefined: the browser then asks as without a worker.
   * While the script is not there yet the request waits for it and goes by `pass` where the app gives no answer.
   */
  respondForeign(event: FetchEvent, pass: () => Promise<Response>): Promise<Response> | undefined {
    if (this.#isEvaluated) return this.#offer(event);
    return this.respond(event).then((answer) => answer ?? pass());
  }

  #offer(event: FetchEvent): Promise<Response> | undefined {
    let answer: Promise<Response> | undefined;
    this.#call(event, {
      respondWith: (given: Response | PromiseLike<Response>) => {
        if (answer !== undefined)
          throw new DOMException("The event has already been responded to.", "InvalidStateError");
        answer = Promise.resolve(given);
      },
      preloadResponse: Promise.resolve(undefined),
    });
    return answer;
  }

  #of(type: string): Listener[] {
    const listeners = this.#listeners.get(type) ?? [];
    this.#listeners.set(type, listeners);
    return listeners;
  }

  #call(event: ExtendableEvent, own: Readonly<Record<string, unknown>>): void {
    const shown = new Proxy(event, {
      get: (target, name) => {
        if (typeof name === "string" && name in own) return own[name];
        // Routes of ours are not to be added to.
        if (name === "addRoutes") return undefined;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    for (const listener of [...this.#of(event.type)]) {
      try {
        if (typeof listener === "function") listener.call(globalThis, shown);
        else listener.handleEvent(shown);
      } catch (thrown) {
        // As a listener's exception does: it is reported, and the others are called.
        console.error(thrown);
      }
    }
  }

  #whenReady(): Promise<void> {
    this.#ready ??= this.#options.load().then(
      (text) => {
        try {
          this.#options.evaluate(text);
        } catch (thrown) {
          console.error("Culvert: the app's service worker failed as it was started.", thrown);
        }
        this.#isEvaluated = true;
      },
      (thrown) => {
        console.error("Culvert: the script of the app's service worker is not to be had.", thrown);
        // Tried again with the next event.
        this.#ready = undefined;
      },
    );
    return this.#ready;
  }
}
