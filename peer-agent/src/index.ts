/** The embeddable connector: enrol a machine, publish its apps, join their viewers. */
export * from "./agent/agent.ts";
export * from "./agent/agent-api.ts";
export * from "./agent/agent-events.ts";
export { type AgentTrust, loadTrust } from "./agent/agent-trust.ts";
export * from "./agent/agent-version.ts";
export * from "./embedded/index.ts";
export * from "./identity/index.ts";
export { nodePrimitives } from "./sealing/node-primitives.ts";
export type { AgentService, LoopbackService, ServiceOptions, TargetOptions } from "./services/index.ts";
export type { LinkState } from "./signaling-link/index.ts";
export type { ServiceHandler } from "./targets/handler-target.ts";
export * from "./viewer/index.ts";
export * from "./webrtc/index.ts";
