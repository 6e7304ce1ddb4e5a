/** The shim of the app's workers: put before their scripts by the service worker, or loaded by a wrapper of them. */
import { installInWorker } from "./worker-realm.ts";

installInWorker(globalThis as Parameters<typeof installInWorker>[0]);
