/**
 * Service workers of the app. The scope is ours, so registering one pretends success with our registration, and
 * nothing of the app can end the worker that serves it. Invariant: an app that only wants to know whether it may go
 * on does go on; its worker's script does not run.
 */
export function installServiceWorkerGuard(realm: typeof globalThis): void {
  const container = realm.ServiceWorkerContainer?.prototype;
  const registration = realm.ServiceWorkerRegistration?.prototype;
  if (container === undefined || registration === undefined) return;
  replace(container, "register", function (this: ServiceWorkerContainer) {
    console.info("Culvert: the app's own service worker is not run here; its registration reports success.");
    return this.ready;
  });
  replace(registration, "unregister", () => Promise.resolve(false));
  replace(registration, "update", function (this: ServiceWorkerRegistration) {
    return Promise.resolve(this);
  });
}

function replace<T extends object, K extends keyof T & string>(on: T, name: K, method: T[K]): void {
  Object.defineProperty(method, "name", { value: name, configurable: true });
  on[name] = method;
}
