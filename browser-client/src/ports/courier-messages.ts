/**
 * window.postMessage between the App View page (dashboard origin) and the courier iframe (app origin), and between
 * documents of the app origin and their service worker. Both ends check origin and source.
 */

import type { Clearing } from "./clear-site-data.ts";

/** Courier → App View page. */
export type CourierToPage =
  /** `lock`: held by the courier as long as it lives, so by the page around it; left out where a browser has no locks. */
  | { readonly type: "culvert-courier-ready"; readonly lock?: string }
  /** The worker is active and has said hello on its port. */
  | { readonly type: "culvert-worker-ready" }
  /** A worker started without a port: send a fresh one. */
  | { readonly type: "culvert-need-port" }
  | { readonly type: "culvert-courier-failed"; readonly message: string };

/** App View page → courier; a MessagePort is transferred: the service port. */
export type PageToCourier = { readonly type: "culvert-port"; readonly bootId: string };

/** Courier or shim → service worker (`controller.postMessage`), with a transferred port where it says so. */
export type ToWorkerMessage =
  /** A service port is transferred. Answered by `culvert-port-taken`. */
  | { readonly type: "culvert-port"; readonly bootId: string }
  /** Keeps the worker alive. `bootId`: the port given last, `""` = none; a worker without it asks for a port. */
  | { readonly type: "culvert-ping"; readonly bootId: string }
  /** The script of a service worker of the app's is wanted; a port for the reply is transferred. */
  | ({ readonly type: "culvert-app-script" } & AppScriptRequest)
  /** A page that goes asks for the last time; nobody waits for an answer. */
  | { readonly type: "culvert-last-request"; readonly request: LastRequest }
  /** A page port is transferred. */
  | { readonly type: "culvert-page"; readonly url: string };

/** A request of the app's, as it can be cloned. Absolute URLs. `body`: of a form its fields, of search parameters theirs. */
export interface LastRequest {
  readonly url: string;
  readonly method?: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: unknown;
  readonly isForm: boolean;
  readonly referrer: string;
}

/** A page registers a service worker of the app's. Absolute URLs. */
export interface AppScriptRequest {
  readonly scriptUrl: string;
  readonly scope: string;
  /** Its script is not run, and so not kept. */
  readonly isModule: boolean;
}

/** On the port that came with the request: where the script is kept, or what `register` rejects with. */
export type AppScriptReply =
  | { readonly digest: string }
  | { readonly fault: { readonly name: "SecurityError" | "TypeError"; readonly message: string } };

/** Service worker → its clients. */
export type FromWorkerMessage =
  | { readonly type: "culvert-need-port" }
  /** To the courier that brought the port: both hellos were exchanged on it. */
  | { readonly type: "culvert-port-taken"; readonly bootId: string }
  /** To every document: the page of a core has gone. `lock`: as the core told it on its ports. */
  | { readonly type: "culvert-core-gone"; readonly lock: string }
  /** To every document; a port is transferred, on which it says that it is done. */
  | { readonly type: "culvert-clear"; readonly clearing: Clearing }
  /** To the document that tagged an upload with `uploadTagHeader`: bytes the agent has acknowledged so far. */
  | { readonly type: "culvert-uploaded"; readonly uploadId: string; readonly bytes: number };
