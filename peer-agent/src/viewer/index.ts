/** A viewer in Node: fetch, WebSocket and byte streams over a tunnel, for backends that drive a remote service. */
export { TunnelError } from "@culvert/protocol";
export * from "./connect-tunnel.ts";
export type { CookieJar } from "./cookie-jar.ts";
export * from "./error-kind.ts";
export { type NodeViewer, type NodeViewerOptions, openNodeViewer } from "./node-viewer.ts";
export type { ServiceWebSocket, ServiceWebSocketClass, ServiceWebSocketInit } from "./service-web-socket.ts";
export type { ConnectionEvent, ConnectionState } from "./tunnel-connection.ts";
