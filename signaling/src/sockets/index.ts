export * from "./relays.ts";
export * from "./signaling-sockets.ts";
export * from "./upgrade-gate.ts";
