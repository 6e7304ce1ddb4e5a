/**
 * One HTTP exchange over its port. Invariant: exactly one head or one failure is told, and after the exchange is over
 * (end, failure, cancel) its port is closed and the core was told if it did not say so itself.
 */
import type { Failure } from "@culvert/protocol/http";
import { type HttpToCore, type HttpToServiceWorker, initialCreditBytes } from "../ports/http-port.ts";
import { type RequestBody, sendBody } from "./request-body.ts";
import { ResponseBody } from "./response-body.ts";
import { SendCredit } from "./send-credit.ts";

/** An answer's head as the core gives it. */
export type Head = Extract<HttpToServiceWorker, { type: "head" }>;

/** What comes first: the head with the body behind it, or why there is none. */
export type Outcome =
  | { readonly type: "head"; readonly head: Head; readonly body: ReadableStream<Uint8Array> }
  | { readonly type: "failed"; readonly failure: Failure };

/** What an exchange is given beside its port. */
export interface ExchangeOptions {
  readonly body: RequestBody | undefined;
  /** Upload bytes that the agent has acknowledged, each time they grow. */
  onUploaded(bytes: number): void;
  /** Called once when the exchange is over. */
  onOver(): void;
}

const coreGone: Failure = {
  code: "closed",
  message: "The dashboard's tab was closed.",
  hint: "Open the app from the dashboard again.",
};

export class HttpExchange {
  /** Settles once, never rejects. */
  readonly outcome: Promise<Outcome>;
  readonly #port: MessagePort;
  readonly #options: ExchangeOptions;
  readonly #uploadCredit = new SendCredit(initialCreditBytes);
  readonly #response: ResponseBody;
  #settle: (outcome: Outcome) => void = () => undefined;
  #state: "waiting" | "answered" | "over" = "waiting";

  constructor(port: MessagePort, options: ExchangeOptions) {
    this.#port = port;
    this.#options = options;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#response = new ResponseBody({
      grant: (limit) => this.#post({ type: "credit", limit }),
      cancel: () => this.cancel(),
    });
    port.onmessage = (event: MessageEvent<HttpToServiceWorker>) => this.#receive(event.data);
    // Fired where the core's page or worker has gone, in browsers that tell.
    port.addEventListener("close", () => this.fail(coreGone));
    if (options.body !== undefined) void this.#upload(options.body);
  }

  /** Gives the exchange up: the core cancels its stream, and a body that was begun breaks with the failure. */
  fail(failure: Failure): void {
    this.#warn(failure);
    this.#giveUp(failure);
  }

  /** Nobody waits for the answer any more. */
  cancel(): void {
    this.#giveUp({ code: "canceled", message: "The request was given up.", hint: "" });
  }

  #receive(message: HttpToServiceWorker): void {
    if (this.#state === "over") return;
    switch (message.type) {
      case "head":
        this.#state = "answered";
        this.#settle({ type: "head", head: message, body: this.#response.stream });
        return;
      case "chunk":
        this.#response.push(message.bytes);
        return;
      case "parts":
        for (const part of message.parts) this.#receive(part);
        return;
      case "end":
        this.#response.end();
        this.#over();
        return;
      case "failed":
        this.#warn(message.failure);
        this.#finish(message.failure);
        return;
      case "credit":
        this.#uploadCredit.grant(message.limit);
        return;
      case "uploaded":
        this.#options.onUploaded(message.bytes);
        return;
    }
  }

  async #upload(body: RequestBody): Promise<void> {
    try {
      await sendBody(body, this.#uploadCredit, (bytes) => this.#post({ type: "chunk", bytes }, [bytes.buffer]));
      this.#post({ type: "end" });
    } catch {
      this.fail({ code: "canceled", message: "The page broke off its upload.", hint: "" });
    }
  }

  /** The reader of a body is told of a network error and no more: the reason is for whoever looks into the console. */
  #warn({ code, message }: Failure): void {
    if (this.#state === "answered") console.warn("Culvert: the app's answer broke off: %s (%s)", message, code);
  }

  #giveUp(failure: Failure): void {
    if (this.#state === "over") return;
    this.#post({ type: "cancel" });
    this.#finish(failure);
  }

  #finish(failure: Failure): void {
    this.#settle({ type: "failed", failure });
    this.#response.fail(new TypeError(failure.message));
    this.#over();
  }

  #over(): void {
    this.#state = "over";
    this.#options.body?.cancel();
    this.#port.onmessage = null;
    this.#port.close();
    this.#options.onOver();
  }

  #post(message: HttpToCore, transfer: Transferable[] = []): void {
    if (this.#state !== "over") this.#port.postMessage(message, transfer);
  }
}
