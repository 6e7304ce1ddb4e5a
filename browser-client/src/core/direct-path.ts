/**
 * One attempt at a direct path: the page makes a peer connection, offer and answer go through the tunnel's control
 * stream, and the open channel is attached to the tunnel. Invariant: an attempt that fails leaves nothing behind, here,
 * in the page or at the agent.
 */
import { limits, TunnelError } from "@culvert/protocol";
import type { Clock, PathKind, ViewerTunnel } from "@culvert/protocol/endpoint";
import type { ControlMessage, PathMessage } from "@culvert/protocol/http";
import type { IceServer } from "@culvert/protocol/signaling";
import { channelOpened, DataChannelPath } from "../webrtc/data-channel-path.ts";
import type { FromPeers, ToPeers } from "../webrtc/peer-messages.ts";
import type { AttemptLink } from "./path-messages.ts";

/** What an attempt is given. */
export interface DirectPathOptions {
  readonly tunnel: ViewerTunnel;
  readonly peers: AttemptLink<FromPeers, ToPeers>;
  readonly control: AttemptLink<PathMessage, ControlMessage>;
  readonly iceServers: readonly IceServer[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Opens and attaches a direct path; resolves with its id. Rejects with TunnelError of scope `path`. */
export async function openDirectPath(options: DirectPathOptions): Promise<number> {
  const { tunnel, peers, control, clock, signal } = options;
  const pathId = tunnel.nextPathId();
  const failed = Promise.withResolvers<never>();
  const connected = Promise.withResolvers<PathKind>();
  const channel = Promise.withResolvers<RTCDataChannel>();
  const fail = (error: TunnelError): void => failed.reject(error);
  const abort = (): void => fail(pathError("canceled", "the attempt was given up"));
  const cancelTimer = clock.setTimer(limits.directWaitMs, () =>
    fail(pathError("timeout", "no direct connection came up")),
  );
  signal.addEventListener("abort", abort, { once: true });
  const stopPeers = peers.listen(pathId, (message) => {
    switch (message.type) {
      case "peer-channel":
        // Handlers must be set in the tick in which the channel arrives, or its first events are missed.
        channelOpened(message.channel).then(() => channel.resolve(message.channel), fail);
        return;
      case "peer-offer":
        control.send({ type: "path-offer", pathId, kind: attemptKind(options.iceServers), sdp: message.sdp });
        return;
      case "peer-candidate":
        control.send({ ...message, type: "path-candidate" });
        return;
      case "peer-connected":
        connected.resolve(message.kind);
        return;
      case "peer-failed":
        fail(pathError("path-failed", message.message));
    }
  });
  const stopControl = control.listen(pathId, (message) => {
    if (message.type === "path-answer") peers.send({ type: "peer-answer", pathId, sdp: message.sdp });
    else if (message.type === "path-candidate") peers.send({ ...message, type: "peer-candidate" });
    else if (message.type === "path-failed") fail(pathError(message.code, message.message));
  });
  try {
    peers.send({ type: "open-peer", pathId, iceServers: options.iceServers });
    const [open, kind] = await Promise.race([Promise.all([channel.promise, connected.promise]), failed.promise]);
    await Promise.race([tunnel.attachPath(pathId, new DataChannelPath(open, kind)), failed.promise]);
    return pathId;
  } catch (fault) {
    const error = TunnelError.from(fault, "path-failed");
    peers.send({ type: "close-peer", pathId });
    control.send({ type: "path-failed", pathId, code: error.code, message: error.message.slice(0, 512) });
    throw error;
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", abort);
    stopPeers();
    stopControl();
    // Nobody waits for a later fault.
    failed.promise.catch(() => {});
  }
}

/** The agent may ask its TURN server too wherever there is one: ICE prefers direct ways itself. */
function attemptKind(servers: readonly IceServer[]): "direct" | "turn" {
  return servers.some(({ urls }) => urls.some((url) => /^turns?:/i.test(url))) ? "turn" : "direct";
}

function pathError(code: TunnelError["code"], message: string): TunnelError {
  return new TunnelError(code, message, { scope: "path" });
}
