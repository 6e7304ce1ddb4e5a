/**
 * The shim in a worker: WebSockets and further workers. Invariant: it hears the message that brings its port before the
 * app's script has a listener, and the app never sees it.
 */
import type { CoreToPage, PageToCore } from "../ports/page-port.ts";
import { isWorkerStart, workerBaseName, workerPortName } from "../ports/worker-messages.ts";
import { place } from "./app-address.ts";
import { watchAppRequests } from "./app-requests.ts";
import type { AppSocket } from "./app-socket.ts";
import { installEventSources } from "./event-sources.ts";
import { installFetchTags } from "./fetch-tags.ts";
import { installOwnStorage } from "./own-storage.ts";
import { watchPort } from "./port-watch.ts";
import { cancelTag, giveUpBy } from "./request-cancel.ts";
import { installUncontrolledWorker } from "./uncontrolled-worker.ts";
import { installWebSocket } from "./web-socket-class.ts";
import { installWorkerConstructors } from "./worker-constructors.ts";
import { WorkerScripts } from "./worker-scripts.ts";

/** Of dedicated and shared workers; the DOM library knows documents alone here. */
type WorkerScope = typeof globalThis & {
  readonly origin: string;
  [workerBaseName]?: string;
  [workerPortName]?: number;
};

const installed = Symbol.for("culvert");

/** Installs once; the shim may be put before a script twice. */
export function installInWorker(scope: WorkerScope): void {
  if (installed in scope) return;
  Object.defineProperty(scope, installed, { value: true });
  const givenBase = scope[workerBaseName];
  Reflect.deleteProperty(scope, workerBaseName);
  const base = new URL(givenBase ?? scope.origin);
  place.origin = base.origin;
  // A module is told it after its imports, and this is one.
  let loopbackPort = 0;
  Object.defineProperty(place, "loopbackPort", {
    get: () => {
      loopbackPort ||= scope[workerPortName] ?? 0;
      Reflect.deleteProperty(scope, workerPortName);
      return loopbackPort;
    },
  });
  const connection = new WorkerConnection();
  connection.onGone = () => {
    for (const socket of sockets) socket.fail();
  };
  const sockets: ReadonlySet<AppSocket> = installWebSocket(scope, {
    host: base.host,
    origin: base.origin,
    baseUrl: () => scope.location.href,
    open: (path, protocols) => {
      const { port1, port2 } = new MessageChannel();
      connection.post({ type: "open-websocket", path, protocols, origin: scope.origin, port: port2 }, port2);
      return port1;
    },
  });
  installEventSources(scope);
  const scripts = new WorkerScripts(base.origin);
  scripts.watch(scope);
  installOwnStorage(scope);
  installWorkerConstructors(scope, {
    scripts,
    baseUrl: () => base.href,
    openPage: () => {
      const { port1, port2 } = new MessageChannel();
      connection.post({ type: "open-page", url: base.href, port: port2 }, port2);
      return port1;
    },
  });
  if (givenBase === undefined) {
    const giveUp = giveUpBy(scope);
    const address = () => scope.location.href;
    installFetchTags(scope, address, giveUp);
    watchAppRequests(scope, address, [cancelTag(giveUp)]);
  } else installUncontrolledWorker(scope, base.origin, (message) => connection.post(message));
  if ("onconnect" in scope) takeConnections(scope, connection);
  else takeStart(scope, connection);
}

/** The port to the core; what is posted before it came waits. */
class WorkerConnection {
  #port: MessagePort | undefined;
  #waiting: (readonly [PageToCore, Transferable[]])[] = [];
  onGone: () => void = () => undefined;

  take(port: MessagePort): void {
    const isFirst = this.#port === undefined;
    this.#port = port;
    const hear = watchPort(port, () => {
      if (this.#port !== port) return;
      this.#port = undefined;
      this.onGone();
    });
    port.onmessage = ({ data }: MessageEvent<CoreToPage>) => hear(data);
    if (isFirst) for (const [message, transfer] of this.#waiting.splice(0)) port.postMessage(message, transfer);
  }

  post(message: PageToCore, ...transfer: Transferable[]): void {
    if (this.#port === undefined) this.#waiting.push([message, transfer]);
    else this.#port.postMessage(message, transfer);
  }
}

/** A dedicated worker: its first message. */
function takeStart(scope: WorkerScope, connection: WorkerConnection): void {
  scope.addEventListener("message", (event: MessageEvent) => {
    const [port] = event.ports;
    if (port === undefined || !isWorkerStart(event.data)) return;
    event.stopImmediatePropagation();
    connection.take(port);
  });
}

/** A shared worker: the first message of each connection, which brings the port that the app talks over. */
function takeConnections(scope: WorkerScope, connection: WorkerConnection): void {
  const own = new WeakSet<Event>();
  scope.addEventListener("connect", (event) => {
    const [control] = (event as MessageEvent).ports;
    if (control === undefined || own.has(event)) return;
    event.stopImmediatePropagation();
    const connect = (port: MessagePort) => {
      const init = { data: "", ports: [port], source: port };
      const connected = new MessageEvent("connect", init);
      own.add(connected);
      scope.dispatchEvent(connected);
    };
    control.onmessage = ({ data, ports: [corePort, appPort] }: MessageEvent) => {
      control.onmessage = null;
      if (!isWorkerStart(data) || corePort === undefined || appPort === undefined) {
        // Started where the shim is not: the connection is the app's own, and so was this message.
        connect(control);
        control.dispatchEvent(new MessageEvent("message", { data }));
        return;
      }
      connection.take(corePort);
      connect(appPort);
    };
  });
}
