/**
 * The courier: a hidden document on the app origin that registers the service worker and passes it ports of the core.
 * Invariant: it listens to the dashboard's window alone, and each port goes to the worker that is active now.
 */

import type { CourierToPage, FromWorkerMessage, PageToCourier, ToWorkerMessage } from "../ports/courier-messages.ts";
import { listenForClearing } from "./clear-storage.ts";
import { type DocumentSettings, readDocumentSettings } from "./document-settings.ts";
import { holdPageLock } from "./page-lock.ts";
import { registerWorker } from "./worker-registration.ts";

const pingMs = 10_000;

const settings = readDocumentSettings(document);
if (settings !== undefined && window.parent !== window) void run(settings);

async function run(settings: DocumentSettings): Promise<void> {
  const tellPage = (message: CourierToPage) => window.parent.postMessage(message, settings.dashboardOrigin);
  let registration: ServiceWorkerRegistration;
  try {
    registration = await registerWorker(settings);
  } catch (thrown) {
    tellPage({ type: "culvert-courier-failed", message: thrown instanceof Error ? thrown.message : String(thrown) });
    return;
  }
  const lock = await holdPageLock();
  /** The core whose port was passed last. */
  let bootId = "";
  /** Workers that asked for a port, the app's own scopes included; none = the root's. */
  const asking: ServiceWorker[] = [];
  const tellWorker = (message: ToWorkerMessage, transfer: Transferable[] = []) => {
    const worker = message.type === "culvert-port" ? asking.shift() : undefined;
    (worker ?? registration.active)?.postMessage(message, transfer);
  };
  window.addEventListener("message", (event: MessageEvent<PageToCourier>) => {
    if (event.origin !== settings.dashboardOrigin || event.source !== window.parent) return;
    const [port] = event.ports;
    if (event.data?.type !== "culvert-port" || port === undefined) return;
    bootId = event.data.bootId;
    tellWorker({ type: "culvert-port", bootId }, [port]);
  });
  const container = navigator.serviceWorker;
  container.addEventListener("message", (event: MessageEvent<FromWorkerMessage>) => {
    if (event.data.type === "culvert-need-port") {
      if (event.source instanceof ServiceWorker && !asking.includes(event.source)) asking.push(event.source);
      tellPage({ type: "culvert-need-port" });
    }
    if (event.data.type === "culvert-port-taken") tellPage({ type: "culvert-worker-ready" });
  });
  listenForClearing(container, () => undefined);
  container.startMessages();
  container.addEventListener("controllerchange", () => tellPage({ type: "culvert-need-port" }));
  // Messages from a document keep a worker alive; messages on a port do not.
  setInterval(async () => {
    for (const { active } of await container.getRegistrations()) active?.postMessage({ type: "culvert-ping", bootId });
  }, pingMs);
  tellPage({ type: "culvert-courier-ready", ...(lock !== undefined && { lock }) });
}
