export * from "./app-view-api.ts";
export * from "./core/agent-desk.ts";
export * from "./core/agent-pins.ts";
export * from "./core/device-approval.ts";
export { loadDeviceKeyPublic } from "./core/device-key.ts";
export * from "./core/share-secret.ts";
export { openAppView } from "./page/app-view.ts";
export { DataChannelPath } from "./webrtc/data-channel-path.ts";
export { type SimplePeer, SimplePeerPath } from "./webrtc/simple-peer-path.ts";
