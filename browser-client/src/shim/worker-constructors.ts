/**
 * Workers that a realm starts. Invariant: each gets, before any message of the app, a port of its own to the core, which
 * it has no other way to.
 */
import type { WorkerStart } from "../ports/worker-messages.ts";
import { mappedAddress } from "./app-address.ts";
import { replaceAccessor, replaceConstructor } from "./native-look.ts";
import type { WorkerScripts } from "./worker-scripts.ts";

/** What the constructors need of their realm. */
export interface WorkerSurroundings {
  readonly scripts: WorkerScripts;
  baseUrl(): string;
  /** Opens a page port for a worker; gives the worker's end. */
  openPage(): MessagePort;
}

/** Puts both constructors into a realm; a realm without them stays so. */
export function installWorkerConstructors(realm: typeof globalThis, around: WorkerSurroundings): void {
  const start: WorkerStart = { type: "culvert-worker" };
  replaceConstructor(realm, "Worker", (native, given: unknown[], newTarget) => {
    const worker: Worker = Reflect.construct(native, wrapped(given), newTarget);
    worker.postMessage(start, [around.openPage()]);
    return worker;
  });
  const appPorts = new WeakMap<object, MessagePort>();
  replaceConstructor(realm, "SharedWorker", (native, given: unknown[], newTarget) => {
    const worker: SharedWorker = Reflect.construct(native, wrapped(given), newTarget);
    const { port1, port2 } = new realm.MessageChannel();
    worker.port.postMessage(start, [around.openPage(), port2]);
    appPorts.set(worker, port1);
    return worker;
  });
  replaceAccessor((realm as { SharedWorker?: typeof SharedWorker }).SharedWorker?.prototype, "port", {
    get: (native, self) => appPorts.get(self) ?? native(),
  });

  function wrapped(given: unknown[]): unknown[] {
    const [address, options] = given;
    const isModule = (options as WorkerOptions | null | undefined)?.type === "module";
    const own = mappedAddress(String(address), around.baseUrl()) ?? String(address);
    const script = around.scripts.wrap(own, isModule, around.baseUrl());
    return given.length === 0 || script === String(address) ? given : [script, ...given.slice(1)];
  }
}
