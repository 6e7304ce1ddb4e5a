/**
 * The page's side of direct paths: makes peer connections and hands their channels to the core.
 * Invariant: a channel is transferred in the very tick of its creation; later the browser refuses.
 */
import type { PathKind } from "@culvert/protocol/endpoint";
import type { IceServer } from "@culvert/protocol/signaling";
import type { FromPeers, ToPeers } from "./peer-messages.ts";

/** Sends to the core; transfers the channel where the core runs in a worker. */
export type SendToCore = (message: FromPeers) => void;

/** All peer connections of one App View. */
export class PeerConnections {
  readonly #send: SendToCore;
  readonly #connections = new Map<number, RTCPeerConnection>();

  constructor(send: SendToCore) {
    this.#send = send;
  }

  /** Does what the core asks. Faults of an attempt are told to the core, never thrown. */
  handle(message: ToPeers): void {
    switch (message.type) {
      case "open-peer":
        this.#open(message.pathId, message.iceServers).catch((fault: unknown) => this.#fail(message.pathId, fault));
        return;
      case "peer-answer":
        this.#attempt(message.pathId, (connection) =>
          connection?.setRemoteDescription({ type: "answer", sdp: message.sdp }),
        );
        return;
      case "peer-candidate": {
        const { candidate, sdpMid, sdpMLineIndex } = message;
        if (candidate === "") return;
        this.#attempt(message.pathId, (connection) =>
          connection?.addIceCandidate({ candidate, sdpMid, sdpMLineIndex }).catch(() => {
            // One candidate that this browser cannot use must not end the attempt.
          }),
        );
        return;
      }
      case "close-peer":
        this.#connections.get(message.pathId)?.close();
        this.#connections.delete(message.pathId);
    }
  }

  /** Ends all connections. */
  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  #attempt(pathId: number, step: (connection: RTCPeerConnection | undefined) => Promise<void> | undefined): void {
    const connection = this.#connections.get(pathId);
    step(connection)?.catch((fault: unknown) => {
      // An attempt that is over was told of already.
      if (this.#connections.get(pathId) === connection) this.#fail(pathId, fault);
    });
  }

  async #open(pathId: number, iceServers: readonly IceServer[]): Promise<void> {
    const connection = connectionTo(iceServers);
    this.#connections.set(pathId, connection);
    const channel = connection.createDataChannel("culvert", { ordered: true });
    this.#send({ type: "peer-channel", pathId, channel });
    connection.onicecandidate = ({ candidate }) => {
      this.#send({
        type: "peer-candidate",
        pathId,
        candidate: candidate?.candidate ?? "",
        sdpMid: candidate?.sdpMid ?? null,
        sdpMLineIndex: candidate?.sdpMLineIndex ?? null,
      });
    };
    connection.onconnectionstatechange = () => this.#follow(pathId, connection);
    const offer = await connection.createOffer();
    await connection.setLocalDescription(offer);
    this.#send({ type: "peer-offer", pathId, sdp: connection.localDescription?.sdp ?? offer.sdp ?? "" });
  }

  #follow(pathId: number, connection: RTCPeerConnection): void {
    if (this.#connections.get(pathId) !== connection) return;
    if (connection.connectionState === "failed") {
      this.#fail(pathId, new Error("no route between the two machines was found, or it broke"));
    } else if (connection.connectionState === "connected") {
      void chosenKind(connection).then((kind) => this.#send({ type: "peer-connected", pathId, kind }));
    }
  }

  #fail(pathId: number, fault: unknown): void {
    this.#connections.get(pathId)?.close();
    this.#connections.delete(pathId);
    this.#send({ type: "peer-failed", pathId, message: fault instanceof Error ? fault.message : String(fault) });
  }
}

/**
 * A connection. Chromium allows 500 of them to a page and counts those that are closed until its garbage collector has seen
 * them, for which a quiet page gives it no cause (crbug.com/825576): where it refuses one, it is given the cause, and the
 * next attempt finds room.
 */
function connectionTo(iceServers: readonly IceServer[]): RTCPeerConnection {
  try {
    return new RTCPeerConnection({ iceServers: iceServers.map(toRtcIceServer) });
  } catch (fault) {
    for (let pieces = 0; pieces < garbagePieces; pieces += 1) new Uint8Array(garbageBytes);
    throw fault;
  }
}

const garbageBytes = 1024 * 1024;
const garbagePieces = 200;

function toRtcIceServer({ urls, username, credential }: IceServer): RTCIceServer {
  return { urls, ...(username === undefined ? {} : { username }), ...(credential === undefined ? {} : { credential }) };
}

/** What of a statistics report leads to the chosen candidate pair (webrtc-stats §8). */
interface PairStatistics {
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  /** Firefox marks the pair itself. */
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
}

/** `turn` where either end of the chosen candidate pair is a relay candidate, else `direct`. */
async function chosenKind(connection: RTCPeerConnection): Promise<PathKind> {
  const statistics = new Map<string | undefined, PairStatistics>();
  const report = await connection.getStats().catch(() => undefined);
  report?.forEach((entry: PairStatistics, id: string) => {
    statistics.set(id, entry);
  });
  const entries = [...statistics.values()];
  const transport = entries.find(({ type }) => type === "transport");
  const pair = statistics.get(transport?.selectedCandidatePairId) ?? entries.find(({ selected }) => selected === true);
  const ends = [statistics.get(pair?.localCandidateId), statistics.get(pair?.remoteCandidateId)];
  return ends.some((candidate) => candidate?.candidateType === "relay") ? "turn" : "direct";
}
