/** Asks the page for remote sessions: it alone has the API's cookie. */
import { TunnelError } from "@culvert/protocol";
import type { RemoteSession } from "@culvert/protocol/signaling";
import type { PageToViewerCore, ViewerCoreToPage } from "./core-messages.ts";

type Answer = Extract<PageToViewerCore, { type: "session" | "session-failed" }>;

/** Requests under way, by id. */
export class SessionRequests {
  readonly #post: (message: ViewerCoreToPage) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<RemoteSession>>();
  #lastId = 0;
  #socketProtocols: readonly string[] = [];

  constructor(post: (message: ViewerCoreToPage) => void) {
    this.#post = post;
  }

  /** What a WebSocket to signaling is opened with, as the last session brought it. */
  get socketProtocols(): string[] {
    return [...this.#socketProtocols];
  }

  /** A new session for this device. Rejects with the API's code and words. */
  request(deviceKey: string): Promise<RemoteSession> {
    this.#lastId += 1;
    const waiting = Promise.withResolvers<RemoteSession>();
    this.#waiting.set(this.#lastId, waiting);
    this.#post({ type: "need-session", requestId: this.#lastId, deviceKey });
    return waiting.promise;
  }

  /** The page answered. */
  settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.requestId);
    this.#waiting.delete(answer.requestId);
    if (answer.type === "session") this.#socketProtocols = answer.socketProtocols;
    if (answer.type === "session") waiting?.resolve(answer.session);
    else waiting?.reject(new TunnelError(answer.code, answer.message, { hint: answer.hint, origin: "remote" }));
  }
}
