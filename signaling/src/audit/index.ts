export * from "./audit.ts";
export * from "./audit-log.ts";
export * from "./audit-watch.ts";
export * from "./verify-chain.ts";
