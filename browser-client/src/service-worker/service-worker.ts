/**
 * The service worker of an app origin: it answers every request of the app's documents from the core.
 * Invariant: nothing but `/.culvert/*` and foreign origins reaches the network, not even while the worker starts.
 */
import { openHttpCache } from "../http-cache/http-cache-storage.ts";
import type { AppScriptRequest, FromWorkerMessage, LastRequest, ToWorkerMessage } from "../ports/courier-messages.ts";
import { isLoopbackName } from "../ports/loopback-names.ts";
import type { CoreToPage } from "../ports/page-port.ts";
import { cancelChannel } from "../ports/request-tags.ts";
import { answerWithAppWorker, runAppWorker, startAppWorker } from "./app-worker-host.ts";
import { takeAppScript } from "./app-worker-script.ts";
import { CoreRegistry } from "./core-registry.ts";
import { EventSourceIds } from "./event-source-ids.ts";
import { answerFetch } from "./fetch-answer.ts";
import { GivenUpRequests } from "./given-up-requests.ts";
import { lastRequest } from "./last-request.ts";
import { foreignRequest, isForApp, mayNameApp } from "./port-request.ts";
import { clearSiteData } from "./site-data.ts";
import { registerRoutes } from "./static-routes.ts";
import { type AnswerRequest, portWaitMs, type Surroundings } from "./surroundings.ts";
import { hasCourier, postToCouriers, tellPageGone, whenClientGone, whenLockFree } from "./worker-clients.ts";
import { isWorkerStart } from "./worker-script.ts";
import { readWorkerSettings } from "./worker-settings.ts";

declare const self: ServiceWorkerGlobalScope & typeof globalThis;

const watchMs = 5_000;
const ownOrigin = self.location.origin;
const settings = readWorkerSettings(self.location.href);
const eventSourceIds = new EventSourceIds();
const givenUp = new GivenUpRequests();
new BroadcastChannel(cancelChannel).onmessage = ({ data }) => givenUp.take(data);
const cores = new CoreRegistry({
  requestPort: () => void postToCouriers(self.clients, { type: "culvert-need-port" }),
  whenFree: whenLockFree,
  onPageGone: (lock) => void tellPageGone(self.clients, lock),
});

const cache = openHttpCache();

const around: Surroundings = {
  settings,
  appOrigin: ownOrigin,
  cache,
  eventSourceIds,
  whenReady: (signal) => cores.whenReady(signal),
  hasCourier: () => hasCourier(self.clients),
  tellUploaded: (id, uploadId, bytes) => {
    void self.clients.get(id).then((client) => tell(client, { type: "culvert-uploaded", uploadId, bytes }));
  },
  clearSiteData: (head) => clearSiteData(head, self, cache),
  isCore: (bootId) => cores.has(bootId),
  whenGivenUp: (key, onGivenUp) => givenUp.watch(key, onGivenUp),
  whenGone: (id, signal) => whenClientGone(self.clients, id, signal),
};
const ownFetch = self.fetch.bind(self);
/** Asks another host by the browser's own fetch, since an app's worker puts another in its place, and without our marks. */
const passOn = (request: Request): Promise<Response> => ownFetch(foreignRequest(request));
const askApp = (request: Request): Promise<Response> =>
  answerFetch({ request, clientId: "", isWorkerStart: false }, around);
const appWorker = startAppWorker(self, askApp);

self.addEventListener("install", (event) => {
  registerRoutes(event);
  event.waitUntil(appWorker === undefined ? self.skipWaiting() : appWorker.dispatch(event));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(appWorker === undefined ? self.clients.claim() : appWorker.dispatch(event));
});

self.addEventListener("fetch", (event) => {
  const { request, clientId, resultingClientId } = event;
  const url = new URL(request.url);
  if (!isForApp(url, ownOrigin) && !mayNameApp(url, ownOrigin)) {
    const answer = url.origin === ownOrigin ? undefined : answerForeign(event);
    if (answer !== undefined) event.respondWith(answer);
    return;
  }
  const asked: AnswerRequest = {
    request,
    clientId: request.mode === "navigate" ? "" : clientId,
    isWorkerStart: isWorkerStart(request, resultingClientId),
  };
  const answer = () =>
    appWorker === undefined ? answerFetch(asked, around) : answerWithAppWorker(appWorker, event, asked, around);
  event.respondWith(url.origin === ownOrigin ? answer() : answerLoopback(request, url, answer));
});

/** What goes elsewhere is none of ours. The app's own worker may answer it; else it goes as the app made it. */
function answerForeign(event: FetchEvent): Promise<Response> | undefined {
  const { request } = event;
  const untagged = foreignRequest(request);
  const pass = (): Promise<Response> => passOn(untagged);
  return appWorker?.respondForeign(event, pass) ?? (untagged === request ? undefined : pass());
}

self.addEventListener("message", (event) => {
  // Anything of the app may speak to the worker; a message of its own has no type of ours and is let pass.
  const message = event.data as ToWorkerMessage | null;
  const source = event.source;
  const [port] = event.ports;
  // Its page may have gone, and is nobody's client then.
  if (message?.type === "culvert-last-request") {
    event.waitUntil(askForTheLastTime(message.request));
    return;
  }
  if (!(source instanceof Client) || !isOwnMessage(message)) {
    if (appWorker !== undefined) event.waitUntil(appWorker.dispatch(event));
    return;
  }
  switch (message?.type) {
    case "culvert-port":
      if (port !== undefined) event.waitUntil(takePort(port, source));
      return;
    case "culvert-ping":
      if (!cores.has(message.bootId)) tell(source, { type: "culvert-need-port" });
      return;
    case "culvert-page":
      if (port !== undefined) event.waitUntil(takePage(port, source, message.url));
      return;
    case "culvert-app-script":
      if (port !== undefined) event.waitUntil(giveScript(port, source, message));
      return;
  }
});

if (appWorker !== undefined) runAppWorker(self, appWorker);

setInterval(async () => {
  // A core lives in a page that has a courier; a port does not always tell that its page has gone.
  cores.tick(cores.current === undefined || (await hasCourier(self.clients)));
}, watchMs);

async function takePort(port: MessagePort, source: Client): Promise<void> {
  const hello = await cores.add(port);
  if (hello !== undefined) tell(source, { type: "culvert-port-taken", bootId: hello.bootId });
}

/** A loopback address is the app by its own name, or else a place on the machine on which this browser runs. */
async function answerLoopback(request: Request, url: URL, answer: () => Promise<Response>): Promise<Response> {
  const core = await cores.whenReady(AbortSignal.timeout(portWaitMs));
  if (core !== undefined && isLoopbackName(url, core.connection.loopbackPort)) return answer();
  core?.connection.tellTrouble("loopback", url.origin);
  return passOn(request);
}

/** A page port that finds no core is let go, which its page is told. */
async function takePage(port: MessagePort, source: Client, url: string): Promise<void> {
  const core = await cores.whenReady(AbortSignal.timeout(portWaitMs));
  if (core === undefined) {
    port.postMessage({ type: "gone" } satisfies CoreToPage);
    port.close();
  } else core.connection.openPage(source.id, url, port);
}

async function askForTheLastTime(asked: LastRequest): Promise<void> {
  const request = lastRequest(asked);
  if (isForApp(new URL(request.url), ownOrigin)) await (await askApp(request)).body?.cancel();
}

async function giveScript(port: MessagePort, { url: referrer }: Client, asked: AppScriptRequest): Promise<void> {
  port.postMessage(await takeAppScript({ ...asked, referrer }, ownOrigin, askApp));
  port.close();
}

function isOwnMessage(message: ToWorkerMessage | null): message is ToWorkerMessage {
  return ["culvert-port", "culvert-ping", "culvert-page", "culvert-app-script"].includes(message?.type ?? "");
}

function tell(client: Client | undefined, message: FromWorkerMessage): void {
  client?.postMessage(message);
}
