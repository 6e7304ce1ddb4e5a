export * from "./metrics.ts";
export * from "./metrics-listener.ts";
