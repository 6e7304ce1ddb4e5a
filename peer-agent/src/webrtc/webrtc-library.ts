/**
 * What the agent and Node viewers ask of a WebRTC library: peer connections that carry one data channel each.
 * Invariant: nothing above this folder knows which library runs.
 */
import type { Path } from "@culvert/protocol/endpoint";
import type { IceServer } from "@culvert/protocol/signaling";

/** A trickled candidate as `RTCIceCandidate` spells it; an empty `candidate` means that no more follow. */
export interface CandidateLine {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

/** What one peer connection is made with. */
export interface PeerConnectionOptions {
  /** `direct` never asks a TURN server; `turn` may, so what it leads to is turn only where nothing better was found. */
  readonly kind: "direct" | "turn";
  readonly iceServers: readonly IceServer[];
  /**
   * True: only candidates of TURN servers are gathered and told. werift then sends nothing another way; the native library
   * still answers a check straight where it can, so that its path may turn out direct.
   */
  readonly isTurnOnly?: boolean;
  /** Called for each local candidate, after `offer` or `answer` was called, until the connection closes. */
  onCandidate(candidate: CandidateLine): void;
}

/** An IP address and port. */
export interface NetworkAddress {
  readonly address: string;
  readonly port: number;
}

/** One peer connection. Either `offer` then `acceptAnswer`, or `answer`; each once. */
export interface PeerConnection {
  /** The data channel as a path, once it is open. Rejects with TunnelError scope `path` where it fails or closes first. */
  readonly opened: Promise<Path>;
  /** Makes the data channel and the offer's SDP. Candidates follow by `onCandidate`. */
  offer(): Promise<string>;
  /** Takes the other side's answer. */
  acceptAnswer(sdp: string): Promise<void>;
  /** Takes an offer, gives the answer's SDP; the first data channel that the offerer opens becomes the path. */
  answer(offerSdp: string): Promise<string>;
  /** Takes a remote candidate, at any time; one that cannot be used is ignored. */
  addCandidate(candidate: CandidateLine): void;
  /** Where packets go: the remote candidate of the selected pair. Undefined where none is selected. */
  remoteAddress(): NetworkAddress | undefined;
  /** Ends the connection and its path (whose peer sees `onClose`). Resolves when its sockets are gone. Idempotent. */
  close(): Promise<void>;
}

/** A WebRTC library behind one contract. */
export interface WebRtcLibrary {
  readonly name: "werift" | "native";
  connect(options: PeerConnectionOptions): PeerConnection;
  /** Closes every connection made here and what the library keeps running. Idempotent. */
  dispose(): Promise<void>;
}

/** Label and protocol of the data channel of a tunnel. */
export const channelLabel = "culvert";
