export type { PathOptions } from "./path-entry.ts";
export * from "./path-kind.ts";
export type { AppShare } from "./path-table.ts";
export { receiveTransitions, sendTransitions, streamTransitions } from "./stream-state.ts";
export type { PeerLimits } from "./stream-table.ts";
export * from "./tunnel.ts";
export * from "./tunnel-events.ts";
export type { OutboundMessage } from "./tunnel-life.ts";
export * from "./tunnel-state.ts";
