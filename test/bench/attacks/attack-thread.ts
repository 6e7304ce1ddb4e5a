/**
 * The thread of a hostile viewer: told a name, it attacks and says when it is done. It has a machine of its own in the wild;
 * here it gets what agent, server, app and the measured viewer leave of two processors.
 */
import { setPriority } from "node:os";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { AgentStage, type AgentStageOptions } from "../../../protocol/conformance/src/agent-stage.ts";
import { attacks } from "./attack-kinds.ts";
import { farSocket } from "./shared-socket.ts";

// On Linux this thread alone.
setPriority(19);

const { port, ...options } = workerData as Omit<AgentStageOptions, "socket" | "app"> & { port: MessagePort };
const stage = new AgentStage({ ...options, socket: farSocket(port), app: undefined });

parentPort?.on("message", async (name: string) => {
  try {
    await attacks[name]?.(stage);
    parentPort?.postMessage({});
  } catch (thrown) {
    parentPort?.postMessage({ fault: thrown instanceof Error ? thrown.message : String(thrown) });
  } finally {
    stage.sweep();
  }
});
