/** Services of an agent. */
export * from "./answered-request.ts";
export * from "./running-service.ts";
export * from "./serve-stream.ts";
export * from "./service-definitions.ts";
export * from "./service-places.ts";
export * from "./stream-gate.ts";
export * from "./work-turns.ts";
