/**
 * The page port: one document's shim ↔ core. It is made through the service worker once; afterwards the worker may
 * die without harm. WebSockets get a port each, cookies and the page's title and address travel here.
 */

import type { AppTrouble } from "./trouble.ts";

/**
 * Payload bytes that a core may send at first on a WebSocket's port; text counts its UTF-8 bytes. Messages are whole,
 * so one is sent while the count of bytes sent before it is below the limit: a big one may overrun it once.
 */
export const webSocketCreditBytes = 1024 * 1024;

/** Shim → core. */
export type PageToCore =
  | {
      readonly type: "open-websocket";
      readonly path: string;
      readonly protocols: readonly string[];
      /** The document's origin as the app sees it, for Origin. */
      readonly origin: string;
      readonly port: MessagePort;
    }
  /** `document.cookie = cookie` on a page at `path`. `sequence` counts a page's own, from 1. */
  | { readonly type: "set-cookie"; readonly cookie: string; readonly path: string; readonly sequence?: number }
  /** Bounded and checked by the core before it shows them. */
  | { readonly type: "page-info"; readonly path: string; readonly title: string; readonly icon: string }
  /** A worker of this document, or of this worker, gets a page port of its own; transferred. `url`: its document's. */
  | { readonly type: "open-page"; readonly url: string; readonly port: MessagePort }
  /** Something of the app was refused here: told to the person. Longer details are cut off before. */
  | { readonly type: "trouble"; readonly trouble: AppTrouble }
  /** Asks for a `pong`. */
  | { readonly type: "ping" }
  | { readonly type: "page-hidden" };

/** Core → shim. */
export type CoreToPage =
  /** `lock`: as in the core's hello to service workers. */
  | { readonly type: "page-ready"; readonly lock?: string }
  | { readonly type: "pong" }
  /** The core lets go of the port: not every browser tells that a port was closed. Nothing follows. */
  | { readonly type: "gone" }
  /**
   * The script-visible cookies: the whole string for this document, after a change and after each `set-cookie`.
   * `applied`: sequence of the page's last `set-cookie` in it; the shim shows its own later ones on top.
   */
  | { readonly type: "cookies"; readonly cookies: string; readonly applied?: number };

/** Shim → core on a WebSocket's port. Binary data is transferred. `acknowledged` frees bufferedAmount. */
export type WebSocketToCore =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly bytes: Uint8Array }
  | { readonly type: "close"; readonly code: number; readonly reason: string }
  /** Absolute, in payload bytes: what the page's handlers have taken plus `webSocketCreditBytes`. */
  | { readonly type: "credit"; readonly limit: number };

/** Core → shim on a WebSocket's port. */
export type WebSocketToPage =
  | { readonly type: "open"; readonly protocol: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly bytes: Uint8Array }
  /** Absolute count of the page's payload bytes that left for the agent: bufferedAmount = given − this. */
  | { readonly type: "sent"; readonly bytes: number }
  | { readonly type: "close"; readonly code: number; readonly reason: string; readonly wasClean: boolean }
  /** The handshake failed: `error`, then close 1006. */
  | { readonly type: "failed"; readonly message: string };
