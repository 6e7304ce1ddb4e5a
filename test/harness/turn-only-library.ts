/** A WebRTC library whose user no direct way leads to, as behind a firewall that lets nothing but a TURN server through. */
import type { WebRtcLibrary } from "@culvert/peer-agent/webrtc";
import type { IceServer } from "@culvert/protocol/signaling";

/** Wraps a library; every connection is given these servers, whatever its attempt was to be. */
export function turnOnly(library: WebRtcLibrary, iceServers: readonly IceServer[]): WebRtcLibrary {
  return {
    name: library.name,
    connect: (options) => library.connect({ ...options, kind: "turn", iceServers, isTurnOnly: true }),
    dispose: () => library.dispose(),
  };
}
