/**
 * The page shim: the first script of every document of the app. It stands in for what a service worker cannot see.
 * Invariant: it changes nothing that an app could notice beyond what it replaces, and leaves no element behind.
 */
import type { PageToCore } from "../ports/page-port.ts";
import { installServiceWorkerGuard } from "./app-service-worker.ts";
import { CookieView } from "./cookie-view.ts";
import { installDocumentCookie } from "./document-cookie.ts";
import { installDownloadLinks } from "./download-links.ts";
import { installFetchBodySize } from "./fetch-body-size.ts";
import { PageConnection } from "./page-connection.ts";
import { isFramedByDashboard, reportPageInfo } from "./page-info.ts";
import { installUploadProgress } from "./upload-progress.ts";
import { installWebSocket } from "./web-socket-class.ts";

const tag = document.currentScript;
const container = (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker;
// Without a worker (an opaque origin) there is no way to the core, and none of this is needed.
if (container !== undefined) install(container, tag?.dataset.cookies ?? "");
tag?.remove();

function install(container: ServiceWorkerContainer, cookies: string): void {
  const view = new CookieView(cookies);
  const connection = new PageConnection(container, {
    onMessage: (message) => {
      if (message.type === "cookies") view.take(message.cookies, message.applied ?? Number.POSITIVE_INFINITY);
    },
    onGone: () => {
      for (const socket of sockets) socket.fail();
    },
  });
  const post = (message: PageToCore) => connection.post(message);
  const sockets = installWebSocket(globalThis, {
    host: location.host,
    origin: location.origin,
    baseUrl: () => document.baseURI,
    open: (path, protocols) => {
      const { port1, port2 } = new MessageChannel();
      connection.post({ type: "open-websocket", path, protocols, origin: location.origin, port: port2 }, [port2]);
      return port1;
    },
  });
  installDocumentCookie(document, view, post);
  installServiceWorkerGuard(globalThis);
  installUploadProgress(globalThis);
  installFetchBodySize(globalThis);
  installDownloadLinks(globalThis);
  if (isFramedByDashboard(window)) reportPageInfo(post);
  window.addEventListener("pagehide", () => {
    for (const socket of sockets) socket.leave();
    connection.leave();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const socket of sockets) socket.fail();
    connection.comeBack();
  });
}
