/**
 * Answers one fetch event from the core. Invariant: an answer never comes from the network. A person who navigates
 * gets a page that says what is wrong; a script, an image or an event source gets a network error, as it would from a
 * target that does not answer.
 */
import { type Code, codes } from "@culvert/protocol";
import type { Failure } from "@culvert/protocol/http";
import type { Conditions } from "../http-cache/cache-policy.ts";
import { cacheRequestOf } from "../http-cache/cache-request.ts";
import { toByteString } from "../ports/byte-string.ts";
import { takeDownloadMark } from "../ports/download-mark.ts";
import { readEventIdMark } from "../ports/event-id-mark.ts";
import { uploadTagHeader } from "../ports/request-tags.ts";
import type { PortRequest } from "../ports/service-port.ts";
import { appResponse, UnusableAnswer } from "./app-response.ts";
import { asAttachment } from "./attachment.ts";
import { type Ask, answerThroughCache, appUrl, invalidateAfter, type Reply } from "./cached-answer.ts";
import type { LivingCore } from "./core-registry.ts";
import { type ErrorPageContext, errorAnswer, errorPage } from "./error-page.ts";
import {
  cancelKeyOf,
  isDocumentRequest,
  isDownload,
  isEventSource,
  portRequest,
  toldBodySize,
} from "./port-request.ts";
import { bodyStreamOf, RequestBody } from "./request-body.ts";
import { responseContext } from "./response-context.ts";
import { type AnswerRequest, portWaitMs, type Surroundings } from "./surroundings.ts";
import type { WorkerSettings } from "./worker-settings.ts";

/** Chromium ends a fetch without response head at 300 s; the person gets our words before that. */
export const headTimeoutMs = 280_000;
/** A body that pauses so long while it is read ahead is sent as it comes, without its length. */
export const bodyStallMs = 1_000;

/** The response for a request to the app. Never rejects. */
export async function answerFetch(asked: AnswerRequest, around: Surroundings): Promise<Response> {
  const { fileName } = takeDownloadMark(asked.request.url);
  try {
    const response = await answer(asked, around);
    return fileName === undefined ? response : asAttachment(response, fileName, new URL(asked.request.url).origin);
  } catch (thrown) {
    const code = thrown instanceof UnusableAnswer ? "target-aborted" : "internal";
    return refuse(failure(code, thrown instanceof Error ? thrown.message : String(thrown)), asked, around, undefined);
  }
}

async function answer(asked: AnswerRequest, around: Surroundings): Promise<Response> {
  const { request } = asked;
  // A tab of its own leads to the dashboard where no App View is open, instead of waiting for one.
  if (request.destination === "document" && !(await around.hasCourier())) {
    return Response.redirect(appViewAddress(request.url, around.settings), 302);
  }
  const ask: Ask = (conditions) => askCore(asked, around, conditions);
  const wished = isDownload(request)
    ? undefined
    : cacheRequestOf(request, appUrl(request.url, around.appOrigin), navigator);
  if (wished !== undefined) return answerThroughCache({ ...asked, wished, ask, around });
  if (request.cache === "only-if-cached" && !isDocumentRequest(request)) return Response.error();
  const reply = await ask([]);
  if (reply.type === "refused") return reply.response;
  await invalidateAfter(request, reply.head, around);
  const isEventStream = isEventSource(request) && reply.head.status === 200;
  const bytes = isEventStream ? around.eventSourceIds.follow(asked.clientId, request.url, reply.body) : reply.body;
  return appResponse(reply.head, bytes, responseContext(asked, around));
}

/** Asks the app, with further headers. */
async function askCore(asked: AnswerRequest, around: Surroundings, conditions: Conditions): Promise<Reply> {
  const { request, clientId } = asked;
  const core = await around.whenReady(AbortSignal.timeout(portWaitMs));
  if (core === undefined) return refused(noCore, asked, around, undefined);
  const stream = await bodyStreamOf(request);
  const body = stream === null ? undefined : new RequestBody(stream);
  const sizeBytes = toldBodySize(request) ?? (await body?.measure(() => delay(bodyStallMs))) ?? null;
  const told = portRequest(request, { clientId, isCore: around.isCore }, body && { sizeBytes });
  const uploadId = request.headers.get(uploadTagHeader);
  const sent = withLastEventId({ ...told, headers: [...told.headers, ...conditions] }, request, around);
  const exchange = core.connection.openHttp(sent, {
    body,
    onUploaded: (bytes) => {
      if (uploadId !== null) around.tellUploaded(clientId, uploadId, bytes);
    },
  });
  const headCame = new AbortController();
  const timer = setTimeout(() => exchange.fail(tooSlow), headTimeoutMs);
  // A beacon is meant to outlive its page.
  if (clientId !== "" && !request.keepalive)
    void around.whenGone(clientId, headCame.signal).then(() => exchange.cancel());
  const stopWatching = around.whenGivenUp(cancelKeyOf(request), () => exchange.cancel());
  const outcome = await exchange.outcome;
  stopWatching();
  clearTimeout(timer);
  headCame.abort();
  // The core went before it answered: the next one may be asked, where the app may see a request twice (RFC 9110 §9.2.2).
  if (outcome.type === "failed" && core.connection.isGone && isSafe(request)) return askCore(asked, around, conditions);
  if (outcome.type === "failed") return refused(outcome.failure, asked, around, core);
  await around.clearSiteData(outcome.head);
  return outcome;
}

const noCore = failure(
  "closed",
  "The dashboard's tab that holds the connection is closed or does not answer.",
  "Open the app from the dashboard again.",
);

const tooSlow = failure(
  "timeout",
  `The app sent no answer within ${headTimeoutMs / 1000} seconds.`,
  "Look at the app.",
);

function refused(reason: Failure, asked: AnswerRequest, around: Surroundings, core: LivingCore | undefined): Reply {
  return { type: "refused", response: refuse(reason, asked, around, core) };
}

function refuse(
  reason: Failure,
  { request }: AnswerRequest,
  { settings }: Surroundings,
  core: LivingCore | undefined,
): Response {
  if (isDocumentRequest(request)) {
    const context: ErrorPageContext = {
      serviceName: core?.hello.serviceName ?? "The app",
      ...settings,
      nonce: crypto.randomUUID(),
      mayRetry: request.method === "GET",
    };
    return errorPage(reason, context);
  }
  // An event source ends for good on a status (html.spec.whatwg.org §9.2.2), and reconnects after a network error.
  return isRefusal(reason) && !isEventSource(request) ? errorAnswer(reason) : Response.error();
}

/** A failure in the words of its code; protocol's own builder would bring its schemas into the worker. */
function failure(code: Code, message: string, hint: string = codes[code].hint): Failure {
  return { code, message, hint };
}

/** The browser's own header on a reconnect is not shown to a worker; a worker that died has left its ids in the page. */
function withLastEventId(told: PortRequest, request: Request, around: Surroundings): PortRequest {
  if (!isEventSource(request)) return told;
  const marked = readEventIdMark(request.url);
  const left = marked ? toByteString(marked) : undefined;
  const id = around.eventSourceIds.lastFor(told.clientId, request.url) ?? left;
  // Firefox shows the browser's own to a worker, Chromium does not.
  const isThere = told.headers.some(([name]) => name.toLowerCase() === "last-event-id");
  return id === undefined || isThere ? told : { ...told, headers: [...told.headers, ["last-event-id", id]] };
}

/** Without effect on the app, and without a body that could be used up. */
function isSafe({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

/** True where somebody decided against the request; everything else looks like a network that fails. */
function isRefusal({ code }: Failure): boolean {
  return ["policy", "forbidden", "unsupported", "invalid-request", "limit-reached", "revoked"].includes(code);
}

/** The App View's address for an address of the app: path, query and hash stay behind its `#`. */
function appViewAddress(url: string, settings: WorkerSettings): string {
  const { pathname, search } = new URL(url);
  return `${settings.appViewUrl.split("#")[0]}#${pathname}${search}`;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
