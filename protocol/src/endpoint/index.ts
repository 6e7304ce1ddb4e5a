export * from "./byte-stream.ts";
export * from "./clock.ts";
export * from "./endpoint.ts";
export * from "./endpoint-api.ts";
export * from "./handshake-payloads.ts";
export * from "./opening-api.ts";
export * from "./path.ts";
export * from "./system-clock.ts";
