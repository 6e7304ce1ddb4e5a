export * from "./api.ts";
export * from "./ids.ts";
export * from "./services.ts";
export * from "./socket-messages.ts";
