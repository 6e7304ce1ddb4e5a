/**
 * One HTTP exchange between a viewer's stream and a target, over undici's lowest interface.
 * Invariants: a request is sent once; an answer that the target cuts short never ends as a complete one.
 */
import { TunnelError } from "@culvert/protocol";
import { type HeaderList, type ReceivedRequest, responseHeadSchema } from "@culvert/protocol/http";
import type { Dispatcher } from "undici";
import { plainBytes } from "../bytes/plain-bytes.ts";
import { AnswerBody } from "./answer-body.ts";
import { AnswerSource } from "./answer-source.ts";
import { trailersFromTarget } from "./answer-trailers.ts";
import { decodeAnswer } from "./content-decoding.ts";
import { flatOf, headerPairs } from "./raw-headers.ts";
import type { TargetPlace } from "./target-address.ts";
import { targetFailure } from "./target-failure.ts";

/** undici rejects values that are neither; both are left to it. */
type Method = Dispatcher.HttpMethod;

export interface HttpExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly place: TargetPlace;
  /** Request headers as the target gets them. */
  readonly headers: HeaderList;
  /** Headers of the target's answer as the viewer gets them. */
  mapAnswer(headers: HeaderList): HeaderList;
}

type State = "waiting" | "answering" | "over";

/** Runs the exchange. Resolves when it is over on both sides; never rejects. */
export function runHttpExchange(request: ReceivedRequest, options: HttpExchangeOptions): Promise<void> {
  const exchange = new HttpExchange(request, options);
  return exchange.run();
}

class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #request: ReceivedRequest;
  readonly #options: HttpExchangeOptions;
  readonly #over = Promise.withResolvers<null>();
  #state: State = "waiting";
  #controller: Dispatcher.DispatchController | undefined;
  #source: AnswerSource | undefined;
  #body: AnswerBody | undefined;
  #bodyIsRead: boolean;

  constructor(request: ReceivedRequest, options: HttpExchangeOptions) {
    this.#request = request;
    this.#options = options;
    this.#bodyIsRead = !request.head.hasBody;
  }

  async run(): Promise<void> {
    const { stream, head } = this.#request;
    stream.closed.catch((error: Error) => this.#giveUp(error));
    try {
      this.#options.dispatcher.dispatch(
        {
          path: head.path,
          method: head.method as Method,
          headers: flatOf(this.#options.headers),
          // undici takes async iterables too; its types do not say so.
          body: (head.hasBody ? this.#requestBody() : null) as unknown as null,
        },
        this,
      );
    } catch (thrown) {
      this.#fault(thrown);
    }
    await this.#over.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#state === "over") controller.abort(new Error("the viewer gave up"));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: object, statusText = ""): void {
    const fromTarget = headerPairs(controller.rawHeaders);
    const headers = this.#options.mapAnswer(fromTarget);
    const onFault = (thrown: unknown) => this.#fault(thrown);
    // undici reads the reason phrase as UTF-8; as Latin-1 it keeps its bytes, like every header.
    const answer = { status, statusText: Buffer.from(statusText, "utf8").toString("latin1"), headers };
    if (!responseHeadSchema.safeParse(answer).success) {
      this.#fault(new TunnelError("unsupported", "The app's answer has a head that cannot be carried."));
      return;
    }
    if (status < 200) {
      this.#request.writeInterimHead(answer).catch(onFault);
      return;
    }
    const { head, decoder } = decodeAnswer(this.#request.head, answer);
    this.#state = "answering";
    this.#source = new AnswerSource(controller, fromTarget);
    this.#body = new AnswerBody(this.#request, this.#source, decoder, onFault);
    this.#request.writeHead(head).catch(onFault);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#source?.received(chunk);
    this.#body?.write(plainBytes(chunk));
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    this.#body?.end(trailersFromTarget(headerPairs(controller.rawTrailers))).then(
      () => this.#finish(),
      (thrown: unknown) => this.#fault(thrown),
    );
    if (!this.#bodyIsRead) this.#request.stopBody();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fault(error);
  }

  /** The request's body; ends early where the target's answer is complete before it (RFC 9110 §15.5.14). */
  async *#requestBody(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const bytes = await Promise.race([this.#request.readBody(), this.#over.promise]);
      if (this.#state === "over") return;
      if (bytes === null) {
        this.#bodyIsRead = true;
        return;
      }
      yield bytes;
    }
  }

  /** The viewer reset the stream or the tunnel is gone: nobody waits for the target any more. */
  #giveUp(error: Error): void {
    this.#finish();
    this.#body?.destroy();
    this.#controller?.abort(error);
  }

  #fault(thrown: unknown): void {
    const state = this.#state;
    if (state === "over") return;
    this.#finish();
    this.#body?.destroy();
    this.#controller?.abort(thrown instanceof Error ? thrown : new Error(String(thrown)));
    if (state === "answering") {
      this.#request.abort("target-aborted");
      return;
    }
    this.#request.fail(targetFailure(thrown, this.#options.place)).catch(() => {});
  }

  #finish(): void {
    this.#state = "over";
    this.#over.resolve(null);
  }
}
