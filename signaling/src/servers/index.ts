export * from "./account-events.ts";
export * from "./attachments.ts";
export * from "./reconciliation.ts";
export * from "./server-directory.ts";
export * from "./server-routes.ts";
export * from "./server-state.ts";
