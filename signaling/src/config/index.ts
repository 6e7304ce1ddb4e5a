export * from "./dashboard-origin.ts";
export * from "./server-options.ts";
