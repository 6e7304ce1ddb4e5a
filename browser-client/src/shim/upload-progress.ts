/**
 * Progress of XMLHttpRequest uploads. Through a service worker the browser knows only that the worker took the body,
 * so `progress` on `xhr.upload` is made from the bytes that the agent has acknowledged, and `load` comes with the answer's
 * head: the app has taken the body, or will not.
 * Invariant: requests to other origins are left alone; a header of ours would make them preflighted.
 */
import type { FromWorkerMessage } from "../ports/courier-messages.ts";
import { bodySizeHeader, uploadTagHeader } from "../ports/request-tags.ts";
import type { AppRequest, BeforeSend } from "./app-requests.ts";
import { exactSizeOf, nearSizeOf, worthTellingBytes } from "./body-size.ts";
import { replaceAccessor } from "./native-look.ts";

/** One watched upload. */
interface Upload {
  readonly target: XMLHttpRequestUpload;
  readonly totalBytes: number;
}

/**
 * Uploads whose page looked at `xhr.upload` are tagged; the worker tells how far they are. `appRequest`: what a request to the
 * app is, asked late. Gives the hook that tags.
 */
export function installUploadProgress(
  realm: typeof globalThis,
  appRequest: (request: XMLHttpRequest) => AppRequest | undefined,
): BeforeSend {
  const uploads = new Map<string, Upload>();
  const watched = new WeakSet<XMLHttpRequest>();
  const tagged = new WeakMap<AppRequest, Upload>();
  const handedOver = new WeakSet<AppRequest>();
  const own = new WeakSet<Event>();
  replaceAccessor(realm.XMLHttpRequest.prototype, "upload", {
    get: (native, request: XMLHttpRequest) => {
      const upload = native() as XMLHttpRequestUpload;
      if (!watched.has(request)) {
        watched.add(request);
        // The browser's own events would tell of the hand-over to the worker.
        const hide = (event: Event) => {
          const to = appRequest(request);
          if (own.has(event) || to === undefined || (event.type !== "progress" && !tagged.has(to))) return;
          if (event.type === "load") handedOver.add(to);
          // The end of an upload that failed or was aborted is the browser's to tell.
          if (event.type !== "loadend" || handedOver.has(to)) event.stopImmediatePropagation();
        };
        for (const type of ["progress", "load", "loadend"]) upload.addEventListener(type, hide);
        request.addEventListener("readystatechange", () => {
          const sent = tagged.get(appRequest(request) as AppRequest);
          if (request.readyState !== realm.XMLHttpRequest.HEADERS_RECEIVED || sent === undefined) return;
          for (const type of ["progress", "load", "loadend"]) tell(sent, type, sent.totalBytes);
        });
      }
      return upload;
    },
  });
  navigator.serviceWorker?.addEventListener("message", (event: MessageEvent<FromWorkerMessage | undefined>) => {
    if (event.data?.type !== "culvert-uploaded") return;
    event.stopImmediatePropagation();
    const upload = uploads.get(event.data.uploadId);
    if (upload !== undefined) tell(upload, "progress", event.data.bytes);
  });

  return (request, to, body) => {
    const sizeBytes = exactSizeOf(body) ?? 0;
    if (sizeBytes >= worthTellingBytes) request.setRequestHeader(bodySizeHeader, String(sizeBytes));
    const totalBytes = watched.has(request) ? nearSizeOf(body) : 0;
    if (totalBytes === 0) return;
    const uploadId = crypto.randomUUID();
    request.setRequestHeader(uploadTagHeader, uploadId);
    const upload: Upload = { target: request.upload, totalBytes };
    uploads.set(uploadId, upload);
    tagged.set(to, upload);
    request.addEventListener("readystatechange", () => {
      // Acknowledgements that come behind the answer's head are behind `load` too.
      if (request.readyState >= realm.XMLHttpRequest.HEADERS_RECEIVED) uploads.delete(uploadId);
    });
  };

  function tell({ target, totalBytes: total }: Upload, type: string, bytes: number): void {
    const event = new ProgressEvent(type, { lengthComputable: true, loaded: Math.min(total, bytes), total });
    own.add(event);
    target.dispatchEvent(event);
  }
}
