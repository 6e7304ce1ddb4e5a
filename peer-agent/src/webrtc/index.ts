/** WebRTC for Node peers: both libraries behind one contract. */
export * from "./library-choice.ts";
export * from "./library-choices.ts";
export * from "./native-library.ts";
export * from "./webrtc-library.ts";
