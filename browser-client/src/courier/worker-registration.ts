/** Registers the app origin's service worker and waits until it can answer navigations. */
import { appWorkerAddress, readAppWorker } from "../ports/app-worker-address.ts";
import type { DocumentSettings } from "./document-settings.ts";

/** A browser that cannot register a worker here; the message says so in a person's words. */
export class NoWorkerError extends Error {
  override readonly name = "NoWorkerError";
}

/** The address of the worker's script: it carries what the worker must know before any core speaks to it. */
export function workerScriptUrl(settings: DocumentSettings): string {
  const query = new URLSearchParams({ dashboard: settings.dashboardOrigin, "app-view": settings.appViewUrl });
  return `/.culvert/sw.js?${query}`;
}

/** Resolves with the registration once its worker is activated. Rejects with NoWorkerError. */
export async function registerWorker(settings: DocumentSettings): Promise<ServiceWorkerRegistration> {
  const container = (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (container === undefined) throw new NoWorkerError(noWorkerWords);
  try {
    const own = new URL(workerScriptUrl(settings), location.href).href;
    // An app whose own worker is registered for the root keeps it inside ours.
    const active = (await container.getRegistration("/"))?.active;
    const address = appWorkerAddress(own, active ? readAppWorker(active.scriptURL) : undefined);
    const registration = await container.register(address, { scope: "/", updateViaCache: "none" });
    await activated(registration);
    return registration;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new NoWorkerError(`${noWorkerWords} The browser says: ${reason}`, { cause: thrown });
  }
}

const noWorkerWords =
  "This browser lets no service worker run for the app, which Culvert needs to serve it. Private windows of Firefox " +
  "and blocked site data are the usual reasons: use a normal window and allow cookies for this site.";

/** A newer worker takes over at once (skipWaiting), so the newest one is waited for; one of the app's may wait long. */
function activated(registration: ServiceWorkerRegistration): Promise<void> {
  if (registration.active !== null && readAppWorker(registration.active.scriptURL) !== undefined) {
    return Promise.resolve();
  }
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (worker === null || worker.state === "activated") return Promise.resolve();
  return new Promise((resolve, reject) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") {
        if (registration.active !== null) resolve();
        else reject(new Error("The service worker could not be installed."));
      }
    });
  });
}
