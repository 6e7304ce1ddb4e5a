/**
 * Progress of XMLHttpRequest uploads. Through a service worker the browser knows only that the worker took the body,
 * so `progress` on `xhr.upload` is made from the bytes that the agent has acknowledged.
 * Invariant: requests to other origins are left alone; a header of ours would make them preflighted.
 */
import { bodySizeHeader, type FromWorkerMessage, uploadTagHeader } from "../ports/courier-messages.ts";
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
  const own = new WeakSet<Event>();
  const prototype = realm.XMLHttpRequest.prototype;
  const native = Object.getOwnPropertyDescriptor(prototype, "upload") ?? {};
  Object.defineProperty(prototype, "upload", {
    ...native,
    get(this: XMLHttpRequest) {
      const upload: XMLHttpRequestUpload = native.get?.call(this);
      if (!watched.has(this)) {
        watched.add(this);
        // The browser's own progress would tell of the hand-over to the worker.
        upload.addEventListener("progress", (event) => {
          if (toApp.has(this) && !own.has(event)) event.stopImmediatePropagation();
        });
      }
      return upload;
    },
  });
  const { open, send } = prototype;
  prototype.open = function (this: XMLHttpRequest, ...given: Parameters<XMLHttpRequest["open"]>) {
    const address = String(given[1]);
    const isToApp =
      URL.canParse(address, document.baseURI) && new URL(address, document.baseURI).origin === location.origin;
    if (isToApp) toApp.add(this);
    else toApp.delete(this);
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
    if (upload === undefined) return;
    const total = upload.totalBytes;
    const loaded = Math.min(total, event.data.bytes);
    const progress = new ProgressEvent("progress", { lengthComputable: true, loaded, total });
    own.add(progress);
    upload.target.dispatchEvent(progress);
  });

  function tag(request: XMLHttpRequest, body: unknown): void {
    const sizeBytes = exactSizeOf(body) ?? 0;
    if (sizeBytes >= worthTellingBytes) request.setRequestHeader(bodySizeHeader, String(sizeBytes));
    const totalBytes = watched.has(request) ? nearSizeOf(body) : 0;
    if (totalBytes === 0) return;
    const uploadId = crypto.randomUUID();
    request.setRequestHeader(uploadTagHeader, uploadId);
    uploads.set(uploadId, { target: request.upload, totalBytes });
    request.addEventListener("loadend", () => uploads.delete(uploadId));
  }
}
