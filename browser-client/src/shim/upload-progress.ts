/**
 * Progress of XMLHttpRequest uploads. Through a service worker the browser knows only that the worker took the body,
 * so `progress` on `xhr.upload` is made from the bytes that the agent has acknowledged, and `load` comes with the answer's
 * head: the app has taken the body, or will not.
 * Invariant: requests to other origins are left alone; a header of ours would make them preflighted.
 */
import type { FromWorkerMessage } from "../ports/courier-messages.ts";
import { bodySizeHeader, uploadTagHeader } from "../ports/request-tags.ts";
import { appAddress } from "./app-address.ts";
import { exactSizeOf, nearSizeOf, worthTellingBytes } from "./body-size.ts";

/** One watched upload. */
interface Upload {
  readonly target: XMLHttpRequestUpload;
  readonly totalBytes: number;
}

/** Uploads whose page looked at `xhr.upload` are tagged; the worker tells how far they are. */
export function installUploadProgress(realm: typeof globalThis): void {
  const uploads = new Map<string, Upload>();
  const toApp = new WeakSet<XMLHttpRequest>();
  const watched = new WeakSet<XMLHttpRequest>();
  const tagged = new WeakMap<XMLHttpRequest, Upload>();
  const handedOver = new WeakSet<XMLHttpRequest>();
  const own = new WeakSet<Event>();
  const prototype = realm.XMLHttpRequest.prototype;
  const native = Object.getOwnPropertyDescriptor(prototype, "upload") ?? {};
  Object.defineProperty(prototype, "upload", {
    ...native,
    get(this: XMLHttpRequest) {
      const upload: XMLHttpRequestUpload = native.get?.call(this);
      if (!watched.has(this)) {
        watched.add(this);
        // The browser's own events would tell of the hand-over to the worker.
        const hide = (event: Event) => {
          if (own.has(event) || !(event.type === "progress" ? toApp : tagged).has(this)) return;
          if (event.type === "load") handedOver.add(this);
          // The end of an upload that failed or was aborted is the browser's to tell.
          if (event.type !== "loadend" || handedOver.has(this)) event.stopImmediatePropagation();
        };
        for (const type of ["progress", "load", "loadend"]) upload.addEventListener(type, hide);
        this.addEventListener("readystatechange", () => {
          const sent = tagged.get(this);
          if (this.readyState !== realm.XMLHttpRequest.HEADERS_RECEIVED || sent === undefined) return;
          for (const type of ["progress", "load", "loadend"]) tell(sent, type, sent.totalBytes);
        });
      }
      return upload;
    },
  });
  const { open, send } = prototype;
  prototype.open = function (this: XMLHttpRequest, ...given: Parameters<XMLHttpRequest["open"]>) {
    const address = String(given[1]);
    if (appAddress(address, document.baseURI) !== undefined) toApp.add(this);
    else toApp.delete(this);
    tagged.delete(this);
    handedOver.delete(this);
    Reflect.apply(open, this, given);
  } as typeof open;
  prototype.send = function (this: XMLHttpRequest, body?: Document | XMLHttpRequestBodyInit | null) {
    if (toApp.has(this)) tag(this, body);
    send.call(this, body);
  };
  navigator.serviceWorker?.addEventListener("message", (event: MessageEvent<FromWorkerMessage | undefined>) => {
    if (event.data?.type !== "culvert-uploaded") return;
    event.stopImmediatePropagation();
    const upload = uploads.get(event.data.uploadId);
    if (upload !== undefined) tell(upload, "progress", event.data.bytes);
  });

  function tell({ target, totalBytes: total }: Upload, type: string, bytes: number): void {
    const event = new ProgressEvent(type, { lengthComputable: true, loaded: Math.min(total, bytes), total });
    own.add(event);
    target.dispatchEvent(event);
  }

  function tag(request: XMLHttpRequest, body: unknown): void {
    const sizeBytes = exactSizeOf(body) ?? 0;
    if (sizeBytes >= worthTellingBytes) request.setRequestHeader(bodySizeHeader, String(sizeBytes));
    const totalBytes = watched.has(request) ? nearSizeOf(body) : 0;
    if (totalBytes === 0) return;
    const uploadId = crypto.randomUUID();
    request.setRequestHeader(uploadTagHeader, uploadId);
    const upload: Upload = { target: request.upload, totalBytes };
    uploads.set(uploadId, upload);
    tagged.set(request, upload);
    request.addEventListener("readystatechange", () => {
      // Acknowledgements that come behind the answer's head are behind `load` too.
      if (request.readyState >= realm.XMLHttpRequest.HEADERS_RECEIVED) uploads.delete(uploadId);
    });
  }
}
