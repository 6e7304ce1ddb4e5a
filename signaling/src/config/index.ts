export * from "./app-ports.ts";
export * from "./dashboard-origin.ts";
export * from "./secret-text.ts";
export * from "./server-options.ts";
export * from "./trusted-proxies.ts";
