/**
 * One request and its answer on a stream of the tunnel.
 * Invariant: bytes are taken from the stream only while the answer's reader asks for them; whoever gives up (abort,
 * cancel, a body's fault) resets the stream, so that the agent cancels its request to the target.
 */
import { TunnelError } from "@culvert/protocol";
import {
  type HeaderList,
  mapAppToOrigin,
  mapOriginToApp,
  type ResponseHead,
  type SentRequest,
  sendRequest,
} from "@culvert/protocol/http";
import { abortable } from "./abortable.ts";
import { type Upload, upload } from "./request-body.ts";
import { pathOf } from "./service-address.ts";
import type { ServiceContext } from "./service-context.ts";

/** What an exchange is run with. */
export interface ExchangeContext extends ServiceContext {
  readonly signal: AbortSignal | undefined;
  readonly redirected: boolean;
}

/** Statuses without a body (https://fetch.spec.whatwg.org/#null-body-status). */
const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/** Sends the request. Resolves with the answer once its head is there. */
export async function runExchange(request: Request, context: ExchangeContext): Promise<Response> {
  const { origin, jar, signal } = context;
  const url = new URL(request.url);
  const headers = requestHeaders(request, origin, (await jar?.getCookieString(url.href)) ?? "");
  signal?.throwIfAborted();
  const { method, body } = request;
  const sent = sendRequest(context.openStream(), { method, path: pathOf(url), headers, hasBody: body !== null });
  const uploading = body === null ? undefined : upload(sent, body);
  try {
    const reading = sent.readHead();
    const head = await abortable(uploading ? Promise.race([reading, uploading.faulted]) : reading, signal);
    if (head.status < 200) throw new TunnelError("protocol-error", "an answer of status 1xx", { origin: "remote" });
    for (const value of valuesOf(head, "set-cookie")) await jar?.setCookie(value, url.href).catch(() => {});
    const hasBody = method !== "HEAD" && !bodilessStatuses.has(head.status);
    const answer = new AnswerBody(sent, uploading, signal);
    return responseOf(head, hasBody ? answer.stream() : answer.discard(), url, context.redirected);
  } catch (thrown) {
    sent.cancel();
    uploading?.cancel(thrown);
    throw thrown;
  }
}

/** The request's own headers, with `app:` for the service's origin, and the defaults of Node's fetch where none is given. */
function requestHeaders(request: Request, origin: string, cookie: string): HeaderList {
  const headers = new Headers(request.headers);
  if (!headers.has("accept")) headers.set("accept", "*/*");
  if (cookie !== "" && !headers.has("cookie")) headers.set("cookie", cookie);
  return mapOriginToApp([...headers], [origin]);
}

/** Addresses of the app come as paths: RFC 9110 §10.2.2 and §8.7 allow them, and they name no origin. */
function responseOf(head: ResponseHead, body: ReadableStream | null, url: URL, redirected: boolean): Response {
  const { status, statusText } = head;
  const headers = new Headers();
  for (const [name, value] of mapAppToOrigin(head.headers, "")) headers.append(name, value);
  const response = new Response(body, { status, statusText, headers });
  Object.defineProperties(response, { url: { value: url.href }, redirected: { value: redirected } });
  return response;
}

function valuesOf({ headers }: ResponseHead, wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

/** The body of an answer, pulled by its reader. */
class AnswerBody {
  readonly #sent: SentRequest;
  readonly #uploading: Upload | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = () => this.#giveUp(this.#signal?.reason);
  #controller: ReadableByteStreamController | undefined;

  constructor(sent: SentRequest, uploading: Upload | undefined, signal: AbortSignal | undefined) {
    this.#sent = sent;
    this.#uploading = uploading;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  stream(): ReadableStream {
    return new ReadableStream({
      type: "bytes",
      start: (controller) => {
        this.#controller = controller;
      },
      pull: async (controller) => {
        const bytes = await this.#read();
        // A byte stream takes the whole buffer for its own; the run may be part of a larger one.
        if (bytes !== null) controller.enqueue(bytes.slice());
        else {
          controller.close();
          controller.byobRequest?.respond(0);
        }
      },
      cancel: (reason) => {
        this.#controller = undefined;
        this.#giveUp(reason);
      },
    });
  }

  /** There is no body to read; the stream is freed when its end is taken. */
  discard(): null {
    this.#read().then(
      (bytes) => {
        if (bytes !== null) this.#giveUp(undefined);
      },
      () => {},
    );
    return null;
  }

  async #read(): Promise<Uint8Array | null> {
    try {
      const bytes = await this.#sent.readBody();
      if (bytes === null) this.#finish();
      return bytes;
    } catch (thrown) {
      this.#signal?.removeEventListener("abort", this.#abort);
      this.#uploading?.cancel(thrown);
      throw this.#signal?.aborted ? this.#signal.reason : thrown;
    }
  }

  /** The answer is complete: what is left of the request's body is of use to nobody. */
  #finish(): void {
    this.#controller = undefined;
    if (this.#uploading?.isComplete === false) this.#giveUp(undefined);
    else this.#signal?.removeEventListener("abort", this.#abort);
  }

  #giveUp(reason: unknown): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#sent.cancel();
    this.#uploading?.cancel(reason);
    this.#controller?.error(reason);
    this.#controller = undefined;
  }
}
