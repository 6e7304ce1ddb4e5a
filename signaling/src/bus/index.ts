export type * from "./bus.ts";
export * from "./bus-json.ts";
export * from "./memory-bus.ts";
export * from "./nats-bus.ts";
