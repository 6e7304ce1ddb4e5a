/** The browser's own view of service workers, taken before the app's is put in its place. */

const prototype = (globalThis as { ServiceWorkerContainer?: typeof ServiceWorkerContainer }).ServiceWorkerContainer
  ?.prototype;
const controllerGetter = prototype && Object.getOwnPropertyDescriptor(prototype, "controller")?.get;
const readyGetter = prototype && Object.getOwnPropertyDescriptor(prototype, "ready")?.get;
const scriptGetter = Object.getOwnPropertyDescriptor(
  (globalThis as { ServiceWorker?: typeof ServiceWorker }).ServiceWorker?.prototype ?? {},
  "scriptURL",
)?.get;

/** The worker that controls this document: ours, whatever it runs. */
export function nativeController(container: ServiceWorkerContainer): ServiceWorker | null {
  return controllerGetter?.call(container) ?? null;
}

/** Our registration for this document. */
export function nativeReady(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration> {
  return readyGetter?.call(container);
}

/** The address that a worker is registered with. */
export function nativeScriptUrl(worker: ServiceWorker): string {
  return scriptGetter?.call(worker) ?? worker.scriptURL;
}
