/**
 * One exchange with a function of this process, in the words of the Fetch standard.
 * Invariant: an answer whose body breaks never ends as a complete one; the next chunk is asked for when the last was taken.
 */
import { pipeline, Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { TunnelError } from "@culvert/protocol";
import {
  type Failure,
  failure,
  type HeaderList,
  type ReceivedRequest,
  responseHeadSchema,
} from "@culvert/protocol/http";
import { plainBytes } from "../bytes/plain-bytes.ts";
import { decodeAnswer } from "./content-decoding.ts";

export interface HandlerExchangeOptions {
  fetch(request: Request): Response | Promise<Response>;
  /** The app's own, as the function sees it. */
  readonly origin: string;
  readonly headers: HeaderList;
  mapAnswer(headers: HeaderList): HeaderList;
  /** What the viewer is told where the function throws. */
  readonly failed: Failure;
  onFault(thrown: unknown): void;
}

/** Answers that have no body whatever the function gave (RFC 9110 §6.4.1). */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/** Runs the exchange. Resolves when nothing of it is left; never rejects. */
export async function runHandlerExchange(request: ReceivedRequest, options: HandlerExchangeOptions): Promise<void> {
  const over = new AbortController();
  request.stream.closed.catch((error: unknown) => over.abort(error));
  const asked = fetchRequest(request, options, over.signal);
  if (asked === undefined) {
    await request.fail(failure("invalid-request", "The app takes no such request.")).catch(() => {});
    return;
  }
  let answer: Response | undefined;
  let isHeadSent = false;
  try {
    answer = await options.fetch(asked);
    const head = { status: answer.status, statusText: answer.statusText, headers: [...answer.headers] };
    const mapped = { ...head, headers: options.mapAnswer(head.headers) };
    if (!responseHeadSchema.safeParse(mapped).success)
      throw new TunnelError("unsupported", "no head that can be carried");
    const decoded = decodeAnswer(request.head, mapped);
    isHeadSent = true;
    await request.writeHead(decoded.head);
    if (request.head.method !== "HEAD" && !bodiless.has(answer.status) && answer.body !== null) {
      const body = Readable.fromWeb(answer.body as NodeReadableStream);
      // What breaks the body breaks what reads from it.
      const source = decoded.decoder === undefined ? body : pipeline(body, decoded.decoder, () => {});
      for await (const chunk of source) await request.writeBody(plainBytes(chunk as Uint8Array));
    } else {
      await answer.body?.cancel();
    }
    if (!asked.bodyUsed && request.head.hasBody) request.stopBody();
    await request.endBody();
  } catch (thrown) {
    await answer?.body?.cancel(thrown).catch(() => {});
    // What the viewer ended is nobody's fault.
    if (over.signal.aborted) return;
    options.onFault(thrown);
    if (isHeadSent) request.abort("target-aborted");
    else await request.fail(options.failed).catch(() => {});
  }
}

/** The request for the function; undefined where the standard knows no such request (a GET with a body). */
function fetchRequest(
  { head, readBody }: ReceivedRequest,
  { origin, headers }: HandlerExchangeOptions,
  signal: AbortSignal,
): Request | undefined {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const bytes = await readBody();
        if (bytes === null) controller.close();
        else controller.enqueue(bytes);
      } catch (thrown) {
        controller.error(thrown);
      }
    },
  });
  try {
    return new Request(`${origin}${head.path}`, {
      ...{ method: head.method, headers, signal, redirect: "manual" as const },
      ...(head.hasBody ? { body, duplex: "half" as const } : {}),
    });
  } catch {
    return undefined;
  }
}
