/** The documents that this worker can see: who they are and whether they still live. */
import type { FromWorkerMessage } from "../ports/courier-messages.ts";
import { ownPrefix } from "./port-request.ts";

const livenessMs = 1_000;

/** Sends a message to every courier, controlled or not. */
export async function postToCouriers(clients: Clients, message: FromWorkerMessage): Promise<void> {
  for (const client of await clients.matchAll({ includeUncontrolled: true, type: "window" })) {
    if (isCourier(client)) client.postMessage(message);
  }
}

/** True while a courier iframe is open somewhere. */
export async function hasCourier(clients: Clients): Promise<boolean> {
  return (await clients.matchAll({ includeUncontrolled: true, type: "window" })).some(isCourier);
}

/**
 * Resolves when a client is gone; never after `signal` has aborted. A fetch that was given up before its head is not
 * told to a worker in any other way.
 */
export function whenClientGone(clients: Clients, id: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(async () => {
      if ((await clients.get(id)) !== undefined) return;
      clearInterval(timer);
      if (!signal.aborted) resolve();
    }, livenessMs);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  });
}

/** Tells every document, controlled or not, that the page of a core has gone. */
export async function tellPageGone(clients: Clients, lock: string): Promise<void> {
  const message: FromWorkerMessage = { type: "culvert-core-gone", lock };
  for (const client of await clients.matchAll({ includeUncontrolled: true, type: "window" }))
    client.postMessage(message);
}

/** Resolves when nobody holds a lock; never after `signal` has aborted, nor in browsers that refuse to say. */
export function whenLockFree(name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    navigator.locks?.request(name, { signal }, () => resolve()).catch(() => undefined);
  });
}

function isCourier(client: Client): boolean {
  return new URL(client.url).pathname === `${ownPrefix}courier`;
}
