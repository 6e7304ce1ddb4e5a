/**
 * What the core and the page say to each other about peer connections: only a page can make them, but the tunnel in
 * the worker decides. `pathId` names the attempt.
 */
import type { PathKind } from "@culvert/protocol/endpoint";
import type { IceServer } from "@culvert/protocol/signaling";

/** An ICE candidate as it stands in a control message; empty text = no more come. */
export interface CandidateMessage {
  readonly type: "peer-candidate";
  readonly pathId: number;
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

/** Core → page. */
export type ToPeers =
  | { readonly type: "open-peer"; readonly pathId: number; readonly iceServers: readonly IceServer[] }
  | { readonly type: "peer-answer"; readonly pathId: number; readonly sdp: string }
  | CandidateMessage
  | { readonly type: "close-peer"; readonly pathId: number };

/** Page → core. The channel is transferred with its message, or passed as it is where the core runs in the page. */
export type FromPeers =
  | { readonly type: "peer-channel"; readonly pathId: number; readonly channel: RTCDataChannel }
  | { readonly type: "peer-offer"; readonly pathId: number; readonly sdp: string }
  | CandidateMessage
  /** Connected; `kind` by the chosen candidate pair. */
  | { readonly type: "peer-connected"; readonly pathId: number; readonly kind: PathKind }
  /** A hint only: heartbeats decide about a path that was up. */
  | { readonly type: "peer-failed"; readonly pathId: number; readonly message: string };
