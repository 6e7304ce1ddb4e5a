/** When a page has loaded everything that it loads by itself: also what it fetches a while after it stands. */
import type { Page, Request } from "playwright-core";

/** Time that is let pass in the page in each round: longer than anything a page waits before it fetches more. */
const roundMs = 10_000;

/** Watches the scripts that a page fetches, from before its first address on. */
export class ScriptWatch {
  readonly #page: Page;
  readonly #pending = new Set<Request>();
  #seen = 0;
  #onEnd: () => void = () => {};

  constructor(page: Page) {
    this.#page = page;
    page.on("request", (request) => {
      if (!new URL(request.url()).pathname.endsWith(".js")) return;
      this.#seen += 1;
      this.#pending.add(request);
    });
    const ended = (request: Request): void => {
      this.#pending.delete(request);
      this.#onEnd();
    };
    page.on("requestfinished", ended);
    page.on("requestfailed", ended);
  }

  /** Lets the page's timers run and waits for the scripts that they fetch, until a whole round has fetched none. */
  async rest(): Promise<void> {
    let before: number;
    do {
      before = this.#seen;
      await this.#page.clock.runFor(roundMs);
      while (this.#pending.size > 0) await new Promise<void>((ended) => (this.#onEnd = ended));
      // What came last is evaluated, and asks for what it needs, before the page answers twice.
      for (let turn = 0; turn < 2; turn += 1) await this.#page.evaluate(() => undefined);
    } while (this.#seen > before);
  }
}
