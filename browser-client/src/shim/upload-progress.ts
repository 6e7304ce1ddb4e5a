/**
 * Progress of XMLHttpRequest uploads. Through a service worker the browser knows only that the worker took the body,
 * so `progress` on `xhr.upload` is made from the bytes that the agent has acknowledged.
 */
import { type FromWorkerMessage, uploadTagHeader } from "../ports/courier-messages.ts";
import { utf8Bytes } from "./utf8.ts";

/** One watched upload. */
interface Upload {
  readonly target: XMLHttpRequestUpload;
  readonly totalBytes: number;
}

/** Uploads whose page looked at `xhr.upload` are tagged; the worker tells how far they are. */
export function installUploadProgress(realm: typeof globalThis): void {
  const uploads = new Map<string, Upload>();
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
          if (!own.has(event)) event.stopImmediatePropagation();
        });
      }
      return upload;
    },
  });
  const { send } = prototype;
  prototype.send = function (this: XMLHttpRequest, body?: Document | XMLHttpRequestBodyInit | null) {
    const totalBytes = watched.has(this) ? sizeOf(body) : 0;
    if (totalBytes > 0) {
      const uploadId = crypto.randomUUID();
      this.setRequestHeader(uploadTagHeader, uploadId);
      uploads.set(uploadId, { target: this.upload, totalBytes });
      this.addEventListener("loadend", () => uploads.delete(uploadId));
    }
    send.call(this, body);
  };
  navigator.serviceWorker?.addEventListener("message", (event: MessageEvent<FromWorkerMessage | undefined>) => {
    if (event.data?.type !== "culvert-uploaded") return;
    event.stopImmediatePropagation();
    const upload = uploads.get(event.data.uploadId);
    if (upload === undefined) return;
    const total = upload.totalBytes;
    const progress = new ProgressEvent("progress", {
      lengthComputable: true,
      loaded: Math.min(total, event.data.bytes),
      total,
    });
    own.add(progress);
    upload.target.dispatchEvent(progress);
  });
}

/** A body's size in bytes; of a form, nearly. 0 where there is nothing to watch. */
function sizeOf(body: Document | XMLHttpRequestBodyInit | null | undefined): number {
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  if (typeof body === "string" || body instanceof URLSearchParams) return utf8Bytes(String(body));
  if (!(body instanceof FormData)) return 0;
  // A part is its headers (about this long, with the boundary) and its content.
  const partBytes = 140;
  return [...body].reduce((sum, [name, value]) => {
    const contentBytes = typeof value === "string" ? utf8Bytes(value) : value.size + utf8Bytes(value.name);
    return sum + partBytes + utf8Bytes(name) + contentBytes;
  }, 0);
}
