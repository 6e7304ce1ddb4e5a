/** What shapes a response, from its request and the worker around it. */
import type { AppResponseContext } from "./app-response.ts";
import { isDocumentRequest, isDownload } from "./port-request.ts";
import { shimSource } from "./shim-source.ts";
import type { AnswerRequest, Surroundings } from "./surroundings.ts";

/** An HTML document's start is waited for so long to find its charset. */
export const sniffWaitMs = 100;

/** The context of the response that a request gets. */
export function responseContext(asked: AnswerRequest, around: Pick<Surroundings, "settings">): AppResponseContext {
  const { request } = asked;
  return {
    ...plainContext(request, around),
    isDocument: isDocumentRequest(request) && !isDownload(request),
    workerShim: asked.isWorkerStart ? shimSource() : undefined,
  };
}

/** The context of a response as it is stored: nothing is put into it. */
export function plainContext(
  { url, method }: Request,
  { settings }: Pick<Surroundings, "settings">,
): AppResponseContext {
  return {
    ...{ url, method, isDocument: false, workerShim: undefined },
    dashboardOrigin: settings.dashboardOrigin,
    freshNonce: crypto.randomUUID(),
    sniffDeadline: () => new Promise((resolve) => setTimeout(resolve, sniffWaitMs)),
  };
}
