/**
 * Service workers of the app. Registering one registers ours at the asked scope, with the app's script inside. Invariant:
 * the app sees its own registrations alone, and nothing that it does to them ends the worker that serves it.
 */
import { appWorkerAddress, readAppWorker } from "../ports/app-worker-address.ts";
import type { AppScriptAnswer, ToWorkerMessage } from "../ports/courier-messages.ts";
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
    const asked = askedScript(address, options, realm.document.baseURI);
    const isRun = options.type !== "module";
    const answer = await askWorker(realm.navigator.serviceWorker, asked.scriptUrl, isRun);
    checkScript(asked, answer);
    const { scriptUrl, scope } = asked;
    if (!isRun) {
      report("service-worker", scriptUrl, "A service worker of type module is registered, but its script is not run.");
    }
    const { digest } = answer;
    const registered = await register.call(container, ownAddress({ scriptUrl, digest }), {
      scope,
      updateViaCache: "none",
    });
    for (const look of waiting) look();
    return registered;
  }

  function ownAddress(app: Parameters<typeof appWorkerAddress>[1]): string {
    return appWorkerAddress(nativeScriptUrl(ownWorker(realm.navigator.serviceWorker)), app);
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

function ownWorker(container: ServiceWorkerContainer): ServiceWorker {
  const controller = nativeController(container);
  if (controller === null) throw new TypeError("Failed to register a ServiceWorker: reload the page first.");
  return controller;
}

interface AskedScript {
  readonly scriptUrl: string;
  readonly scope: string;
  /** How a refusal begins. */
  readonly words: string;
}

/** The script and its scope as a page gives them (w3c.github.io/ServiceWorker §3.4.3 register). */
function askedScript(address: string, options: RegistrationOptions, base: string): AskedScript {
  const script = new URL(address, base);
  script.hash = "";
  const scope = new URL(
    options.scope === undefined ? "./" : String(options.scope),
    options.scope === undefined ? script : base,
  );
  const words = `Failed to register a ServiceWorker for scope ('${scope.href}') with script ('${script.href}')`;
  if (script.origin !== location.origin || scope.origin !== location.origin) {
    throw new DOMException(`${words}: The origins of the script and the page do not match.`, "SecurityError");
  }
  return { scriptUrl: script.href, scope: scope.href, words };
}

/** Has our worker bring the script: a page's policy may forbid the page itself to ask for it. */
function askWorker(container: ServiceWorkerContainer, url: string, isRun: boolean): Promise<AppScriptAnswer> {
  const { port1, port2 } = new MessageChannel();
  const message: ToWorkerMessage = { type: "culvert-app-script", url, isRun };
  return new Promise((resolve, reject) => {
    port1.onmessage = ({ data }: MessageEvent<AppScriptAnswer>) => resolve(data);
    port1.addEventListener("close", () =>
      reject(new TypeError("Failed to register a ServiceWorker: An unknown error occurred when fetching the script.")),
    );
    ownWorker(container).postMessage(message, [port2]);
  });
}

/** Checks what came of it (w3c.github.io/ServiceWorker §5.2 Update). */
function checkScript({ scriptUrl, scope, words }: AskedScript, answer: AppScriptAnswer): void {
  const { status, contentType, allowedScope } = answer;
  if (status < 200 || status > 299) {
    throw new TypeError(`${words}: A bad HTTP response code (${status}) was received when fetching the script.`);
  }
  if (!/(java|ecma)script/i.test(contentType)) {
    throw new DOMException(`${words}: The script has an unsupported MIME type ('${contentType}').`, "SecurityError");
  }
  const most = new URL(allowedScope ?? "./", scriptUrl).pathname;
  if (!new URL(scope).pathname.startsWith(most)) {
    throw new DOMException(
      `${words}: The path of the scope is not under the max scope allowed ('${most}').`,
      "SecurityError",
    );
  }
}
