/** What a document (or a worker that starts another) hands to the worker that it starts, before anything of the app. */

/**
 * First message of every dedicated worker, and of every connection to a shared one. Transferred: the worker's page port
 * to the core; to a shared worker also, second, the port that the app's two sides talk over.
 */
export interface WorkerStart {
  readonly type: "culvert-worker";
}

/** True for that message. */
export function isWorkerStart(data: unknown): data is WorkerStart {
  return (data as WorkerStart | null)?.type === "culvert-worker";
}

/** Name of the global by which a wrapped script tells the shim in a worker of opaque origin whose app it is. */
export const workerBaseName = "culvertBase";

/** Name of the global by which the shim in a worker is told the app's loopback port. */
export const workerPortName = "culvertPort";
