/**
 * window.postMessage between the App View page (dashboard origin) and the courier iframe (app origin), and between
 * documents of the app origin and their service worker. Both ends check origin and source.
 */

import type { Clearing } from "./clear-site-data.ts";

/** Courier → App View page. */
export type CourierToPage =
  | { readonly type: "culvert-courier-ready" }
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
  /** A page port is transferred. */
  | { readonly type: "culvert-page"; readonly url: string }
  /**
   * Asks for the script of an app's service worker, to be kept where ours finds it. A port is transferred, on which an
   * `AppScriptAnswer` comes; it closes where there is none. `isRun`: without it an empty script is kept.
   */
  | { readonly type: "culvert-app-script"; readonly url: string; readonly isRun: boolean };

/** What the app answered when it was asked for the script of a service worker. */
export interface AppScriptAnswer {
  readonly status: number;
  readonly contentType: string;
  /** `Service-Worker-Allowed`. */
  readonly allowedScope: string | null;
  /** By which the script is found. */
  readonly digest: string;
}

/** Service worker → its clients. */
export type FromWorkerMessage =
  | { readonly type: "culvert-need-port" }
  /** To the courier that brought the port: both hellos were exchanged on it. */
  | { readonly type: "culvert-port-taken"; readonly bootId: string }
  /** To every document; a port is transferred, on which it says that it is done. */
  | { readonly type: "culvert-clear"; readonly clearing: Clearing }
  /** To the document that tagged an upload with `uploadTagHeader`: bytes the agent has acknowledged so far. */
  | { readonly type: "culvert-uploaded"; readonly uploadId: string; readonly bytes: number };
