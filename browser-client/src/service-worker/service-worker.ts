/**
 * The service worker of an app origin: it answers every request of the app's documents from the core.
 * Invariant: nothing but `/.culvert/*` and foreign origins reaches the network, not even while the worker starts.
 */
import type { FromWorkerMessage, ToWorkerMessage } from "../ports/courier-messages.ts";
import { CoreRegistry } from "./core-registry.ts";
import { EventSourceIds } from "./event-source-ids.ts";
import { answerFetch, portWaitMs } from "./fetch-answer.ts";
import { isForApp } from "./port-request.ts";
import { registerRoutes } from "./static-routes.ts";
import { hasCourier, postToCouriers, whenClientGone } from "./worker-clients.ts";
import { isWorkerStart } from "./worker-script.ts";
import { readWorkerSettings } from "./worker-settings.ts";

declare const self: ServiceWorkerGlobalScope;

const watchMs = 5_000;
const settings = readWorkerSettings(self.location.href);
const eventSourceIds = new EventSourceIds();
const cores = new CoreRegistry({
  requestPort: () => void postToCouriers(self.clients, { type: "culvert-need-port" }),
});

self.addEventListener("install", (event) => {
  registerRoutes(event);
  event.waitUntil(self.skipWaiting());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request, clientId, resultingClientId } = event;
  if (!isForApp(new URL(request.url), self.location.origin)) return;
  event.respondWith(
    answerFetch(
      {
        request,
        clientId: request.mode === "navigate" ? "" : clientId,
        isWorkerStart: isWorkerStart(request, resultingClientId),
      },
      {
        settings,
        eventSourceIds,
        whenReady: (signal) => cores.whenReady(signal),
        hasCourier: () => hasCourier(self.clients),
        tellUploaded: (id, uploadId, bytes) => {
          void self.clients.get(id).then((client) => tell(client, { type: "culvert-uploaded", uploadId, bytes }));
        },
        whenGone: (id, signal) => whenClientGone(self.clients, id, signal),
      },
    ),
  );
});

self.addEventListener("message", (event) => {
  // Anything of the app may speak to the worker; a message of its own has no type of ours and is let pass.
  const message = event.data as ToWorkerMessage | null;
  const source = event.source;
  const [port] = event.ports;
  if (!(source instanceof Client)) return;
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
  }
});

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

function tell(client: Client | undefined, message: FromWorkerMessage): void {
  client?.postMessage(message);
}
