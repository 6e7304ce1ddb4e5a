/**
 * Synchronous XMLHttpRequests of documents. A browser does not show them to a service worker, so one to the app would
 * tell its address to the origin server and find nothing there. Invariant: none leaves.
 */
import type { BeforeSend } from "./app-requests.ts";
import type { TroubleReport } from "./trouble-report.ts";

/** Requests to the app fail with NetworkError (xhr.spec.whatwg.org §3.5.6); foreign ones and blobs stay native. */
export function refuseSynchronous(report: TroubleReport): BeforeSend {
  return (request, { url, isSynchronous }) => {
    if (!isSynchronous) return;
    request.abort();
    report("sync-request", url);
    throw new DOMException(`Failed to execute 'send' on 'XMLHttpRequest': Failed to load '${url}'.`, "NetworkError");
  };
}
