/**
 * The port of one HTTP exchange: service worker ↔ core. Chunks are at most 64 KiB and are transferred.
 * Invariant: a side sends body bytes only up to the limit that the other has granted (absolute, in bytes); a body
 * without `end` is an error, never a short success.
 */
import type { Failure, HeaderList } from "@culvert/protocol/http";

export const chunkBytes = 64 * 1024;
/** Bytes granted at first, each direction. */
export const initialCreditBytes = 256 * 1024;

/** Service worker → core: the request's body, credit for the response's, and giving up. */
export type HttpToCore =
  | { readonly type: "chunk"; readonly bytes: Uint8Array }
  | { readonly type: "end" }
  | { readonly type: "credit"; readonly limit: number }
  | { readonly type: "cancel" };

/** Core → service worker. `head` or `failed` comes first; `failed` may also cut a body. */
export type HttpToServiceWorker =
  | {
      readonly type: "head";
      readonly status: number;
      readonly statusText: string;
      /** Set-Cookie is gone, Location and its kin point to the app origin. */
      readonly headers: HeaderList;
      /** The document's cookie string after this response, for document and iframe destinations. */
      readonly documentCookies?: string;
      /** Port of the machine's loopback by which the app's pages may name it; left out where there is none. */
      readonly loopbackPort?: number;
    }
  | { readonly type: "chunk"; readonly bytes: Uint8Array }
  | { readonly type: "end" }
  /** Several of these in one, in order, to a worker that said `takesParts`. */
  | { readonly type: "parts"; readonly parts: readonly HttpToServiceWorker[] }
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "credit"; readonly limit: number }
  /** Upload bytes that the agent has acknowledged. */
  | { readonly type: "uploaded"; readonly bytes: number };
