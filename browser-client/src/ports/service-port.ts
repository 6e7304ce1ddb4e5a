/**
 * The service port: service worker (app origin) ↔ core (dashboard origin), one per boot of the core.
 * Invariant: everything on the app origin is the app, so the core checks each of these with a schema and a bound, and
 * nothing but one service's streams can be asked for here.
 */
import type { HeaderList } from "@culvert/protocol/http";
import type { AppTrouble } from "./trouble.ts";

/** Version of the port messages; a worker and a core of different versions say so instead of guessing. */
export const portProtocol = 2;

/** What a fetch event shows of its request; the core makes the real headers from it. */
export interface PortRequest {
  readonly method: string;
  /** Path and query, origin-form. */
  readonly path: string;
  /** Headers that script may see; Cookie, Referer, Origin, Sec-Fetch-*, Accept-Encoding come from the core. */
  readonly headers: HeaderList;
  readonly hasBody: boolean;
  readonly mode: "cors" | "no-cors" | "same-origin" | "navigate";
  readonly destination: string;
  readonly credentials: "omit" | "same-origin" | "include";
  readonly cache: string;
  readonly redirect: "follow" | "error" | "manual";
  /** `""` = none, else an absolute URL as `Request.referrer` gives it. */
  readonly referrer: string;
  readonly clientId: string;
  /** Size of the body where known, for Content-Length. */
  readonly bodySizeBytes: number | null;
}

/** Service worker → core. Ports are transferred with the message. */
export type ToCore =
  /** `takesParts`: an answer's messages may come joined (http-port.ts). */
  | { readonly type: "worker-hello"; readonly portProtocol: number; readonly takesParts?: boolean }
  | { readonly type: "open-http"; readonly request: PortRequest; readonly port: MessagePort }
  /** A document's shim wants its page port (page-port.ts). */
  | { readonly type: "open-page"; readonly clientId: string; readonly url: string; readonly port: MessagePort }
  /** A document is shown from the cache: the answer on the port is the cookie string that its scripts see at `path`. */
  | { readonly type: "read-cookies"; readonly path: string; readonly port: MessagePort }
  /** Something of the app cannot work here, seen by the worker. */
  | { readonly type: "trouble"; readonly trouble: AppTrouble }
  | { readonly type: "pong"; readonly sequence: number };

/** Core → service worker. */
export type ToServiceWorker =
  | {
      readonly type: "core-hello";
      readonly portProtocol: number;
      /** Random per core; streams of an older bootId are gone. */
      readonly bootId: string;
      readonly dashboardOrigin: string;
      readonly appViewUrl: string;
      readonly serviceName: string;
      /** Name of a lock that a document of the core's page holds: it is free when the page has gone. */
      readonly lock?: string;
    }
  /** The app is at this port of its machine's loopback, and its pages may name it so. May come again, or never. */
  | { readonly type: "app-address"; readonly loopbackPort: number }
  | { readonly type: "ping"; readonly sequence: number }
  | { readonly type: "core-closed"; readonly code: string; readonly message: string };
