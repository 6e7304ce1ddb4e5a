/** What every realm with a document gets, whether the shim's tag is in it or its parent adopted it. */
import { isLoopbackHost } from "../ports/loopback-names.ts";
import type { PageToCore } from "../ports/page-port.ts";
import type { AppSocket } from "./app-socket.ts";
import type { CookieView } from "./cookie-view.ts";
import { installDocumentCookie } from "./document-cookie.ts";
import { installDocumentReferrer } from "./document-referrer.ts";
import { installEventSources } from "./event-sources.ts";
import { installOwnStorage } from "./own-storage.ts";
import type { TroubleReport } from "./trouble-report.ts";
import { installWebSocket } from "./web-socket-class.ts";
import { installWorkerConstructors } from "./worker-constructors.ts";
import type { WorkerScripts } from "./worker-scripts.ts";

/** What the realms of one document share. */
export interface DocumentRealm {
  readonly cookies: CookieView;
  readonly scripts: WorkerScripts;
  readonly report: TroubleReport;
  post(message: PageToCore, transfer?: Transferable[]): void;
}

/** Installs it; gives the realm's sockets that live. */
export function installDocumentRealm(realm: typeof globalThis, shared: DocumentRealm): ReadonlySet<AppSocket> {
  installDocumentCookie(realm, shared.cookies, shared.post);
  installOwnStorage(realm);
  installDocumentReferrer(realm);
  shared.scripts.watch(realm);
  installEventSources(realm);
  installWorkerConstructors(realm, {
    scripts: shared.scripts,
    baseUrl: () => realm.document.baseURI,
    openPage: () => {
      const { port1, port2 } = new MessageChannel();
      shared.post({ type: "open-page", url: location.href, port: port2 }, [port2]);
      return port1;
    },
  });
  return installWebSocket(realm, {
    host: location.host,
    origin: location.origin,
    baseUrl: () => realm.document.baseURI,
    onForeign: ({ hostname, origin }) => {
      if (isLoopbackHost(hostname)) {
        shared.report("loopback", origin);
      }
    },
    open: (path, protocols) => {
      const { port1, port2 } = new MessageChannel();
      shared.post({ type: "open-websocket", path, protocols, origin: location.origin, port: port2 }, [port2]);
      return port1;
    },
  });
}
