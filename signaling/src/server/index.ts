export * from "./signaling-server.ts";
