export * from "./app-view-api.ts";
export { loadDeviceKeyPublic } from "./core/device-key.ts";
export { openAppView } from "./page/app-view.ts";
export { DataChannelPath } from "./webrtc/data-channel-path.ts";
export { type SimplePeer, SimplePeerPath } from "./webrtc/simple-peer-path.ts";
