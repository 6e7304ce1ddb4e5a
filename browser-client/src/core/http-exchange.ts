/**
 * One HTTP exchange: a fetch event's port on one side, a stream of the tunnel on the other.
 * Invariant: `head` or `failed` comes first and once; a body ends with `end` only where the agent's body was complete;
 * bytes are read from the stream only while the service worker has given credit.
 */
import { TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { failure, type ResponseHead, type SentRequest, sendRequest } from "@culvert/protocol/http";
import { chunkBytes, type HttpToServiceWorker, initialCreditBytes } from "../ports/http-port.ts";
import type { PortRequest } from "../ports/service-port.ts";
import { ChunkSender } from "./chunk-sender.ts";
import type { ExchangeContext, ExchangePort } from "./exchange-context.ts";
import type { ExchangeRecord } from "./exchange-record.ts";
import { fetchSiteOf, sameSiteContextOf } from "./fetch-site.ts";
import { HttpUpload } from "./http-upload.ts";
import { PartSender } from "./part-sender.ts";
import { httpToCoreSchema } from "./port-schemas.ts";
import { requestHeaders } from "./request-headers.ts";
import { splitResponse } from "./response-headers.ts";
import { UploadProgress } from "./upload-progress.ts";

/** Chromium ends a fetch event without response headers after 309 s; a clear answer comes before. */
const headWaitMs = 280_000;

const documentDestinations: ReadonlySet<string> = new Set(["document", "iframe", "frame"]);

/** Runs one exchange from its request to its last byte. */
export class HttpExchange {
  readonly #request: PortRequest;
  readonly #port: ExchangePort<HttpToServiceWorker>;
  readonly #out: PartSender;
  readonly #context: ExchangeContext;
  readonly #download: ChunkSender;
  readonly #upload: HttpUpload;
  readonly #record: ExchangeRecord;
  readonly #over = new AbortController();
  #sent: SentRequest | undefined;
  #state: "waiting" | "answered" | "finished" = "waiting";

  /** `takesParts`: the worker takes several messages in one. */
  constructor(
    request: PortRequest,
    port: ExchangePort<HttpToServiceWorker>,
    context: ExchangeContext,
    takesParts = false,
  ) {
    this.#request = request;
    this.#port = port;
    this.#out = new PartSender({ port, clock: context.clock, mayJoin: takesParts });
    this.#context = context;
    this.#record = context.log.begin({ kind: "http", ...request });
    this.#upload = new HttpUpload(context.clock, (message) => this.#post(message));
    this.#download = new ChunkSender({
      maxChunkBytes: chunkBytes,
      initialLimitBytes: initialCreditBytes,
      clock: context.clock,
      post: (bytes) => this.#post({ type: "chunk", bytes }, [bytes.buffer]),
    });
    port.onmessage = ({ data }) => this.#receive(data);
  }

  /** Resolves when the exchange is over, however it ended. */
  async run(): Promise<void> {
    const cancelTimer = this.#context.clock.setTimer(headWaitMs, () => {
      if (this.#state === "waiting") this.#fail(new TunnelError("timeout", "the app did not answer within 280 s"));
    });
    try {
      const stream = await this.#context.openStream("http");
      if (this.#state === "finished") stream.reset("canceled");
      else await this.#exchange(stream);
    } catch (fault) {
      this.#fail(TunnelError.from(fault));
    } finally {
      cancelTimer();
      this.#finish();
    }
  }

  /** Gives up: the agent cancels its request. Nothing is posted after. Idempotent. */
  cancel(): void {
    if (this.#state === "finished") return;
    this.#record.failed(new TunnelError("canceled", "The page gave this request up."));
    this.#sent?.cancel();
    this.#finish();
  }

  async #exchange(stream: ByteStream): Promise<void> {
    const { cookies } = this.#context;
    const request = this.#request;
    const { path, hasBody } = request;
    const { head, sent } = await this.#askAsSomebody(stream);
    const { headers: visible } = splitResponse(head, this.#context.appOrigin);
    if (this.#state !== "waiting") return;
    this.#state = "answered";
    this.#record.answered(head);
    const { status, statusText } = head;
    const isDocument = documentDestinations.has(request.destination);
    const loopbackPort = this.#context.loopbackPort();
    this.#post({
      ...{ type: "head", status, statusText, headers: visible },
      ...(isDocument && { documentCookies: cookies.documentCookies(path) }),
      ...(loopbackPort !== undefined && { loopbackPort }),
    });
    this.#context.onAnswer();
    for (let bytes = await sent.readBody(); bytes !== null; bytes = await sent.readBody()) {
      this.#record.answerBytes(bytes);
      await this.#download.push(bytes);
    }
    this.#record.answerEnded();
    await this.#download.finish();
    this.#post({ type: "end" });
    // The answer is complete: what is left of the body is of use to nobody.
    if (hasBody && !this.#upload.isComplete) sent.cancel();
  }

  /** The answer that stands: where the app wants to know who asks (401), it is asked again by whom a person says. */
  async #askAsSomebody(first: ByteStream): Promise<{ readonly head: ResponseHead; readonly sent: SentRequest }> {
    const { signIn, openStream } = this.#context;
    const { path, hasBody, credentials, headers } = this.#request;
    // What a page does by itself is left alone.
    const isOpen = credentials !== "omit" && !headers.some(([name]) => name.toLowerCase() === "authorization");
    let tried = isOpen ? signIn.authorizationFor(path) : undefined;
    for (let stream = first; ; stream = await openStream("http")) {
      const sent = this.#send(stream, tried);
      const head = await sent.readHead();
      this.#takeCookies(head);
      const mayAsk = isOpen && head.status === 401 && (!hasBody || this.#upload.canRepeat);
      if (!mayAsk || this.#state !== "waiting") return { head, sent };
      const challenges = head.headers.filter(([name]) => name.toLowerCase() === "www-authenticate");
      const refusal = { path, challenges: challenges.map(([, value]) => value), tried };
      tried = await signIn.afterRefusal(refusal, this.#over.signal);
      if (tried === undefined || this.#state !== "waiting") return { head, sent };
      sent.cancel();
    }
  }

  #send(stream: ByteStream, authorization: string | undefined): SentRequest {
    const { appOrigin, cookies, identity } = this.#context;
    const { method, path, hasBody } = this.#request;
    const progress = new UploadProgress(stream);
    const sameSite = sameSiteContextOf(fetchSiteOf(this.#request, appOrigin), method);
    const cookie = cookies.headerFor(path, sameSite);
    const headers = requestHeaders(this.#request, { ...identity, appOrigin, cookie, authorization });
    this.#record.sent(headers, hasBody);
    const sent = sendRequest(progress.stream, { method, path, headers, hasBody });
    this.#sent = sent;
    if (hasBody) this.#upload.start(sent, progress);
    return sent;
  }

  #takeCookies(head: ResponseHead): void {
    const { appOrigin, cookies, signIn } = this.#context;
    const { setCookies, clearsCookies } = splitResponse(head, appOrigin);
    // A cleared jar may be refilled by the same response.
    if (clearsCookies) {
      cookies.clear();
      signIn.clear();
    }
    if (this.#request.credentials !== "omit") cookies.takeResponse(setCookies, this.#request.path);
  }

  #receive(data: unknown): void {
    const message = httpToCoreSchema.safeParse(data);
    if (!message.success) {
      this.#fail(new TunnelError("protocol-error", "the service worker sent a message that the core cannot read"));
      return;
    }
    switch (message.data.type) {
      case "chunk":
        this.#record.requestBytes(message.data.bytes);
        if (!this.#upload.take(message.data.bytes)) {
          this.#fail(new TunnelError("protocol-error", "the service worker sent more than it was allowed"));
        }
        return;
      case "end":
        this.#record.requestEnded();
        this.#upload.end();
        return;
      case "credit":
        this.#download.grant(message.data.limit);
        return;
      case "cancel":
        this.cancel();
    }
  }

  #fail(error: TunnelError): void {
    if (this.#state === "finished") return;
    this.#record.failed(error);
    this.#post({ type: "failed", failure: failure(error.code, error.message.slice(0, 1_024), error.hint) });
    // A document that has no answer shows the failure as its page: nothing may stand in front of those words.
    if (this.#state === "waiting" && documentDestinations.has(this.#request.destination)) this.#context.onAnswer();
    this.#sent?.cancel(error.code === "timeout" ? "timeout" : "canceled");
    this.#finish();
  }

  #finish(): void {
    if (this.#state === "finished") return;
    this.#state = "finished";
    this.#over.abort();
    this.#record.end();
    this.#download.cancel();
    this.#upload.close();
    this.#out.stop();
    this.#port.onmessage = null;
    this.#port.close();
  }

  #post(message: HttpToServiceWorker, transfer: Transferable[] = []): void {
    if (this.#state !== "finished") this.#out.post(message, transfer);
  }
}
