/**
 * The page shim: the first script of every document of the app; workers have theirs (worker-shim.ts). It stands in for what a service
 * worker cannot see. Invariant: it changes nothing that an app could notice beyond what it replaces, and leaves no
 * element behind.
 */
import { listenForClearing } from "../courier/clear-storage.ts";
import type { PageToCore } from "../ports/page-port.ts";
import { place } from "./app-address.ts";
import { watchAppRequests } from "./app-requests.ts";
import { installAppServiceWorkers } from "./app-service-worker.ts";
import type { AppSocket } from "./app-socket.ts";
import { leaveParent, watchChildRealms } from "./child-realms.ts";
import { tellCookieChanges } from "./cookie-store.ts";
import { CookieView } from "./cookie-view.ts";
import { installDocumentRealm } from "./document-realm.ts";
import { installDownloadLinks } from "./download-links.ts";
import { installFetchTags } from "./fetch-tags.ts";
import { installLastRequests } from "./last-requests.ts";
import { installLoopbackLinks } from "./loopback-links.ts";
import { PageConnection } from "./page-connection.ts";
import { isFramedByDashboard, reportPageInfo } from "./page-info.ts";
import { installPluginElements } from "./plugin-elements.ts";
import { installRealmElements } from "./realm-elements.ts";
import { installRealmRequests } from "./realm-requests.ts";
import { cancelTag, giveUpBy } from "./request-cancel.ts";
import { refuseSynchronous } from "./sync-requests.ts";
import { installTabIcon } from "./tab-icon.ts";
import { troubleReport } from "./trouble-report.ts";
import { installUploadProgress } from "./upload-progress.ts";
import { WorkerScripts } from "./worker-scripts.ts";

const installed = Symbol.for("culvert.installed");

installInDocument();

function installInDocument(): void {
  const tag = document.currentScript;
  const container = (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  leaveParent(globalThis);
  // A document that the app's own worker fetched and answered with has the tag twice.
  if (installed in globalThis) {
    tag?.remove();
    return;
  }
  Object.defineProperty(globalThis, installed, { value: true });
  // Without a worker (an opaque origin) there is no way to the core, and none of this is needed.
  place.loopbackPort = Number(tag?.dataset.port ?? 0);
  if (container !== undefined) install(container, tag?.dataset.cookies ?? "");
  tag?.remove();
}

function install(container: ServiceWorkerContainer, cookies: string): void {
  const view = new CookieView(cookies);
  const sockets = new Set<ReadonlySet<AppSocket>>();
  const eachSocket = (action: (socket: AppSocket) => void) => {
    for (const living of sockets) for (const socket of living) action(socket);
  };
  const connection = new PageConnection(container, {
    onMessage: (message) => {
      if (message.type === "cookies") view.take(message.cookies, message.applied ?? Number.POSITIVE_INFINITY);
    },
    onGone: () => eachSocket((socket) => socket.fail()),
  });
  tellCookieChanges(globalThis, view);
  listenForClearing(container, ({ cookies }) => {
    if (cookies) view.take("", Number.POSITIVE_INFINITY);
  });
  const post = (message: PageToCore, transfer?: Transferable[]) => connection.post(message, transfer);
  const report = troubleReport(location.origin, post);
  const shared = { report, cookies: view, scripts: new WorkerScripts(location.origin), post };
  sockets.add(installDocumentRealm(globalThis, shared));
  installAppServiceWorkers(globalThis, report);
  const giveUp = giveUpBy(globalThis);
  const base = () => document.baseURI;
  installLastRequests(globalThis, container, base);
  installFetchTags(globalThis, base, giveUp);
  const uploadTag = installUploadProgress(globalThis, (request) => appRequest(request));
  const hooks = [refuseSynchronous(report), cancelTag(giveUp), uploadTag];
  const appRequest = watchAppRequests(globalThis, base, hooks);
  installDownloadLinks(globalThis);
  installPluginElements(globalThis, report, installLoopbackLinks(globalThis, report));
  installTabIcon(globalThis);
  const ask = globalThis.fetch;
  watchChildRealms(globalThis, (child) => {
    const living = installDocumentRealm(child, shared);
    installRealmRequests(child, globalThis);
    installRealmElements(child, (url) => ask(url));
    sockets.add(living);
    return () => {
      for (const socket of living) socket.leave();
      sockets.delete(living);
    };
  });
  if (isFramedByDashboard(window)) reportPageInfo(post);
  window.addEventListener("pagehide", () => {
    eachSocket((socket) => socket.leave());
    connection.leave();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    eachSocket((socket) => socket.fail());
    connection.comeBack();
  });
}
