/** Ties an app's own service worker to ours: whether there is one, its events, and what it answers. */
import { readAppWorker } from "../ports/app-worker-address.ts";
import { appResponse } from "./app-response.ts";
import { AppWorker, workerEvents } from "./app-worker.ts";
import { loadAppScript, shapeScope } from "./app-worker-scope.ts";
import { answerFetch } from "./fetch-answer.ts";
import { isDocumentRequest } from "./port-request.ts";
import { plainContext } from "./response-context.ts";
import type { AnswerRequest, Surroundings } from "./surroundings.ts";

type Scope = ServiceWorkerGlobalScope & typeof globalThis;

/** The app's worker where this one is registered for it. `ask` answers a request to the app. */
export function startAppWorker(scope: Scope, ask: (request: Request) => Promise<Response>): AppWorker | undefined {
  const app = readAppWorker(scope.location.href);
  if (app === undefined) return undefined;
  return new AppWorker({
    load: () => loadAppScript(app, ask),
    evaluate: (text) => {
      shapeScope(scope, app, ask);
      // An indirect eval is a script of the global scope (tc39.es/ecma262 §19.2.1).
      const evaluateGlobally = scope.eval;
      evaluateGlobally(`${text}\n//# sourceURL=${app.scriptUrl}`);
    },
  });
}

/** Hands over the scope; listeners of ours are in place by now. Events that are the app's alone go to it. */
export function runAppWorker(scope: Scope, worker: AppWorker): void {
  const own: readonly string[] = ["install", "activate", "fetch", "message"];
  for (const type of workerEvents) {
    if (own.includes(type)) continue;
    scope.addEventListener(type, (event) =>
      (event as ExtendableEvent).waitUntil(worker.dispatch(event as ExtendableEvent)),
    );
  }
  worker.adopt(scope as never);
}

/** The app worker's answer, else ours. A document that it keeps or makes gets the shim as any other. */
export async function answerWithAppWorker(
  worker: AppWorker,
  event: FetchEvent,
  asked: AnswerRequest,
  around: Surroundings,
): Promise<Response> {
  let answer: Response | undefined;
  try {
    answer = await worker.respond(event);
  } catch (thrown) {
    console.error("Culvert: the app's service worker failed to answer.", thrown);
    return Response.error();
  }
  if (answer === undefined) return answerFetch(asked, around);
  const { status, statusText, headers, body } = answer;
  const isHtml = /html/i.test(headers.get("content-type") ?? "");
  if (body === null || answer.type === "opaque" || !isHtml || !isDocumentRequest(asked.request)) return answer;
  return appResponse({ type: "head", status, statusText, headers: [...headers] }, body, {
    ...plainContext(asked.request, around),
    isDocument: true,
  });
}
