export * from "./agent-door.ts";
export * from "./relay-routes.ts";
export * from "./relays.ts";
export * from "./signaling-sockets.ts";
export * from "./upgrade-gate.ts";
