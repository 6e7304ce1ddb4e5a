/**
 * The service worker of an app origin: it answers every request of the app's documents from the core.
 * Invariant: nothing but `/.culvert/*` and foreign origins reaches the network, not even while the worker starts.
 */
import type { FromWorkerMessage, ToWorkerMessage } from "../ports/courier-messages.ts";
import { answerWithAppWorker, runAppWorker, startAppWorker } from "./app-worker-host.ts";
import { bringAppScript } from "./app-worker-script.ts";
import { CoreRegistry } from "./core-registry.ts";
import { EventSourceIds } from "./event-source-ids.ts";
import { type AnswerRequest, answerFetch, portWaitMs, type Surroundings } from "./fetch-answer.ts";
import { isForApp } from "./port-request.ts";
import { clearSiteData } from "./site-data.ts";
import { registerRoutes } from "./static-routes.ts";
import { hasCourier, postToCouriers, whenClientGone } from "./worker-clients.ts";
import { isWorkerStart } from "./worker-script.ts";
import { readWorkerSettings } from "./worker-settings.ts";

declare const self: ServiceWorkerGlobalScope & typeof globalThis;

type AskedAppScript = Extract<ToWorkerMessage, { readonly type: "culvert-app-script" }>;

const watchMs = 5_000;
const ownOrigin = self.location.origin;
const settings = readWorkerSettings(self.location.href);
const eventSourceIds = new EventSourceIds();
const cores = new CoreRegistry({
  requestPort: () => void postToCouriers(self.clients, { type: "culvert-need-port" }),
});

const around: Surroundings = {
  settings,
  eventSourceIds,
  whenReady: (signal) => cores.whenReady(signal),
  hasCourier: () => hasCourier(self.clients),
  tellUploaded: (id, uploadId, bytes) => {
    void self.clients.get(id).then((client) => tell(client, { type: "culvert-uploaded", uploadId, bytes }));
  },
  clearSiteData: (head) => clearSiteData(head, self),
  whenGone: (id, signal) => whenClientGone(self.clients, id, signal),
};
/** The browser's own fetch: an app's worker puts another in its place. */
const passOn: (request: Request) => Promise<Response> = self.fetch.bind(self);
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
  if (!isForApp(url, ownOrigin)) {
    // What goes elsewhere is none of ours, but the app's own worker may answer it.
    const answer = url.origin === ownOrigin ? undefined : appWorker?.respondForeign(event, passOn);
    if (answer !== undefined) event.respondWith(answer);
    return;
  }
  const asked: AnswerRequest = {
    request,
    clientId: request.mode === "navigate" ? "" : clientId,
    isWorkerStart: isWorkerStart(request, resultingClientId),
  };
  event.respondWith(
    appWorker === undefined ? answerFetch(asked, around) : answerWithAppWorker(appWorker, event, asked, around),
  );
});

self.addEventListener("message", (event) => {
  // Anything of the app may speak to the worker; a message of its own has no type of ours and is let pass.
  const message = event.data as ToWorkerMessage | null;
  const source = event.source;
  const [port] = event.ports;
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
  if (cores.current !== undefined && !(await hasCourier(self.clients))) cores.closeAll();
  cores.tick();
}, watchMs);

async function takePort(port: MessagePort, source: Client): Promise<void> {
  const hello = await cores.add(port);
  if (hello !== undefined) tell(source, { type: "culvert-port-taken", bootId: hello.bootId });
}

/** A page port that finds no core is closed, which its page sees. */
async function takePage(port: MessagePort, source: Client, url: string): Promise<void> {
  const core = await cores.whenReady(AbortSignal.timeout(portWaitMs));
  if (core === undefined) port.close();
  else core.connection.openPage(source.id, url, port);
}

/** A port that brings no answer is closed. */
async function giveScript(port: MessagePort, { url: referrer }: Client, asked: AskedAppScript): Promise<void> {
  try {
    if (!isForApp(new URL(asked.url), ownOrigin)) return;
    port.postMessage(await bringAppScript({ ...asked, referrer }, askApp));
  } finally {
    port.close();
  }
}

function isOwnMessage(message: ToWorkerMessage | null): message is ToWorkerMessage {
  return ["culvert-port", "culvert-ping", "culvert-page", "culvert-app-script"].includes(message?.type ?? "");
}

function tell(client: Client | undefined, message: FromWorkerMessage): void {
  client?.postMessage(message);
}
