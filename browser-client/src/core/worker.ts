/** Entry of the core's DedicatedWorker. */
import "./zod-config.ts";
import type { PageToViewerCore } from "./core-messages.ts";
import { ViewerCore } from "./viewer-core.ts";

/** The worker's global scope, as far as this file uses it. */
interface WorkerScope {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent<PageToViewerCore>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const core = new ViewerCore((message) => scope.postMessage(message));
scope.onmessage = ({ data }) => core.receive(data);
