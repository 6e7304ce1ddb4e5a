/**
 * One HTTP exchange: a fetch event's port on one side, a stream of the tunnel on the other.
 * Invariant: `head` or `failed` comes first and once; a body ends with `end` only where the agent's body was complete;
 * bytes are read from the stream only while the service worker has given credit.
 */
import { TunnelError } from "@culvert/protocol";
import { failure, type SentRequest, sendRequest } from "@culvert/protocol/http";
import { chunkBytes, type HttpToServiceWorker, initialCreditBytes } from "../ports/http-port.ts";
import type { PortRequest } from "../ports/service-port.ts";
import { ChunkSender } from "./chunk-sender.ts";
import type { ExchangeContext, ExchangePort } from "./exchange-context.ts";
import { fetchSiteOf, sameSiteContextOf } from "./fetch-site.ts";
import { HttpUpload } from "./http-upload.ts";
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
  readonly #context: ExchangeContext;
  readonly #download: ChunkSender;
  readonly #upload: HttpUpload;
  #sent: SentRequest | undefined;
  #state: "waiting" | "answered" | "finished" = "waiting";

  constructor(request: PortRequest, port: ExchangePort<HttpToServiceWorker>, context: ExchangeContext) {
    this.#request = request;
    this.#port = port;
    this.#context = context;
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
      else await this.#exchange(new UploadProgress(stream));
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
    this.#sent?.cancel();
    this.#finish();
  }

  async #exchange(progress: UploadProgress): Promise<void> {
    const { appOrigin, cookies, identity } = this.#context;
    const request = this.#request;
    const { method, path, hasBody } = request;
    const sameSite = sameSiteContextOf(fetchSiteOf(request, appOrigin), method);
    const cookie = cookies.headerFor(path, sameSite);
    const headers = requestHeaders(request, { ...identity, appOrigin, cookie });
    const sent = sendRequest(progress.stream, { method, path, headers, hasBody });
    this.#sent = sent;
    if (hasBody) this.#upload.start(sent, progress);
    const head = await sent.readHead();
    const { headers: visible, setCookies, clearsCookies } = splitResponse(head, appOrigin);
    // A cleared jar may be refilled by the same response.
    if (clearsCookies) cookies.clear();
    if (request.credentials !== "omit") cookies.takeResponse(setCookies, path);
    if (this.#state !== "waiting") return;
    this.#state = "answered";
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
      await this.#download.push(bytes);
    }
    await this.#download.finish();
    this.#post({ type: "end" });
    // The answer is complete: what is left of the body is of use to nobody.
    if (hasBody && !this.#upload.isComplete) sent.cancel();
  }

  #receive(data: unknown): void {
    const message = httpToCoreSchema.safeParse(data);
    if (!message.success) {
      this.#fail(new TunnelError("protocol-error", "the service worker sent a message that the core cannot read"));
      return;
    }
    switch (message.data.type) {
      case "chunk":
        if (!this.#upload.take(message.data.bytes)) {
          this.#fail(new TunnelError("protocol-error", "the service worker sent more than it was allowed"));
        }
        return;
      case "end":
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
    this.#post({ type: "failed", failure: failure(error.code, error.message.slice(0, 1_024), error.hint) });
    // A document that has no answer shows the failure as its page: nothing may stand in front of those words.
    if (this.#state === "waiting" && documentDestinations.has(this.#request.destination)) this.#context.onAnswer();
    this.#sent?.cancel(error.code === "timeout" ? "timeout" : "canceled");
    this.#finish();
  }

  #finish(): void {
    if (this.#state === "finished") return;
    this.#state = "finished";
    this.#download.cancel();
    this.#upload.close();
    this.#port.onmessage = null;
    this.#port.close();
  }

  #post(message: HttpToServiceWorker, transfer: Transferable[] = []): void {
    if (this.#state !== "finished") this.#port.postMessage(message, transfer);
  }
}
