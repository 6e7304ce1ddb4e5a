/**
 * window.postMessage between the App View page (dashboard origin) and the courier iframe (app origin), and between
 * documents of the app origin and their service worker. Both ends check origin and source.
 */

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
  | { readonly type: "culvert-port"; readonly bootId: string }
  | { readonly type: "culvert-ping" }
  | { readonly type: "culvert-page"; readonly url: string };

/** Service worker → its clients. */
export type FromWorkerMessage = { readonly type: "culvert-need-port" };
