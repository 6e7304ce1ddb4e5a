/**
 * Service workers of the app. Registering one registers ours at the asked scope, with the app's script inside. Invariant:
 * the app sees its own registrations alone, and nothing that it does to them ends the worker that serves it.
 */
import { appWorkerAddress, readAppWorker } from "../ports/app-worker-address.ts";
import type { AppScriptReply, AppScriptRequest, ToWorkerMessage } from "../ports/courier-messages.ts";
import { mappedAddress } from "./app-address.ts";
import { replaceAccessor, replaceMethod } from "./native-look.ts";
import type { TroubleReport } from "./trouble-report.ts";
import { nativeController, nativeScriptUrl } from "./worker-container.ts";

/** How often a page that waits for a registration of another tab looks for it, ms. */
const lookMs = 1_000;

/** Puts the app's view in the place of the browser's. */
export function installAppServiceWorkers(realm: typeof globalThis, report: TroubleReport): void {
  const containers = realm.ServiceWorkerContainer?.prototype;
  const registrations = realm.ServiceWorkerRegistration?.prototype;
  if (containers === undefined || registrations === undefined) return;
  const { register, getRegistration } = containers;
  const { unregister } = registrations;
  const waiting = new Set<() => void>();
  const readies = new WeakMap<object, Promise<ServiceWorkerRegistration>>();

  replaceAccessor(realm.ServiceWorker.prototype, "scriptURL", {
    get: (_native, self) => readAppWorker(nativeScriptUrl(self))?.scriptUrl ?? nativeScriptUrl(self),
  });
  replaceAccessor(containers, "controller", {
    get: (_native, self) => {
      const controller = nativeController(self);
      return controller !== null && readAppWorker(nativeScriptUrl(controller)) !== undefined ? controller : null;
    },
  });
  replaceAccessor(containers, "ready", {
    get: (_native, self: ServiceWorkerContainer) => {
      const known = readies.get(self) ?? whenReady(self);
      readies.set(self, known);
      return known;
    },
  });
  replaceMethod(containers, "register", (_native, self: ServiceWorkerContainer, given: unknown[]) =>
    registerApp(self, String(given[0]), given[1] as RegistrationOptions | undefined),
  );
  replaceMethod(containers, "getRegistration", async (native, self, given: unknown[]) => {
    const found: ServiceWorkerRegistration | undefined = await Reflect.apply(native, self, given);
    return found !== undefined && isApps(found) ? found : undefined;
  });
  replaceMethod(containers, "getRegistrations", async (native, self, given: unknown[]) =>
    ((await Reflect.apply(native, self, given)) as ServiceWorkerRegistration[]).filter(isApps),
  );
  replaceMethod(registrations, "unregister", async (_native, self: ServiceWorkerRegistration) => {
    // At the root ours stays, without the app's script.
    if (new URL(self.scope).pathname !== "/") return unregister.call(self);
    await register.call(realm.navigator.serviceWorker, ownAddress(undefined), { scope: "/", updateViaCache: "none" });
    return true;
  });
  replaceMethod(registrations, "update", async (_native, self: ServiceWorkerRegistration) => {
    const worker = self.installing ?? self.waiting ?? self.active;
    const app = worker === null ? undefined : readAppWorker(nativeScriptUrl(worker));
    return app === undefined ? self : registerApp(realm.navigator.serviceWorker, app.scriptUrl, { scope: self.scope });
  });

  async function registerApp(
    container: ServiceWorkerContainer,
    address: string,
    options: RegistrationOptions = {},
  ): Promise<ServiceWorkerRegistration> {
    const controller = ownWorker();
    const base = realm.document.baseURI;
    const script = new URL(mappedAddress(address, base) ?? address, base);
    const [scriptUrl = ""] = script.href.split("#", 1);
    const given = options.scope;
    const scope = new URL(given === undefined ? "./" : String(given), given === undefined ? script : base).href;
    const isModule = options.type === "module";
    if (isModule) {
      report("service-worker", scriptUrl);
    }
    const digest = await keptScript(controller, { scriptUrl, scope, isModule });
    const registered = await register.call(container, ownAddress({ scriptUrl, digest }), {
      scope,
      updateViaCache: "none",
    });
    for (const look of waiting) look();
    return registered;
  }

  function ownWorker(): ServiceWorker {
    const controller = nativeController(realm.navigator.serviceWorker);
    if (controller === null) throw new TypeError("Failed to register a ServiceWorker: reload the page first.");
    return controller;
  }

  function ownAddress(app: Parameters<typeof appWorkerAddress>[1]): string {
    return appWorkerAddress(nativeScriptUrl(ownWorker()), app);
  }

  /** Resolves when a registration of the app is active whose scope this document is in. */
  async function whenReady(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration> {
    for (;;) {
      const found = await getRegistration.call(container);
      if (found !== undefined && isApps(found) && found.active !== null) return found;
      const next = found?.installing ?? found?.waiting;
      await new Promise<void>((resolve) => {
        const look = () => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        const timer = setTimeout(look, lookMs);
        waiting.add(look);
        next?.addEventListener("statechange", look, { once: true });
      });
    }
  }
}

function isApps({ active, waiting, installing }: ServiceWorkerRegistration): boolean {
  const worker = active ?? waiting ?? installing;
  return worker !== null && readAppWorker(nativeScriptUrl(worker)) !== undefined;
}

/** Has the service worker fetch and keep a script; rejects as the browser's own `register` does. */
async function keptScript(controller: ServiceWorker, request: AppScriptRequest): Promise<string> {
  const { port1, port2 } = new MessageChannel();
  const message: ToWorkerMessage = { type: "culvert-app-script", ...request };
  controller.postMessage(message, [port2]);
  const reply = await new Promise<AppScriptReply>((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  port1.close();
  if ("digest" in reply) return reply.digest;
  const { name, message: words } = reply.fault;
  throw name === "TypeError" ? new TypeError(words) : new DOMException(words, name);
}
