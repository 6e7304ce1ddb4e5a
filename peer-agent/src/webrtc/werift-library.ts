/** werift behind the library contract: pure TypeScript, runs wherever Node runs. */
import { limits, TunnelError } from "@culvert/protocol";
import type { Path } from "@culvert/protocol/endpoint";
import type { IceServer } from "@culvert/protocol/signaling";
import { type RTCDataChannel, type RTCIceServer, RTCPeerConnection } from "werift";
import { plainBytes } from "../bytes/plain-bytes.ts";
import { type Channel, ChannelPath } from "../paths/channel-path.ts";
import { candidatesIn, isUsableCandidate, serversFor, usableDescription } from "./candidates.ts";
import { ConnectionOutcome } from "./connection-outcome.ts";
import { endNegotiation } from "./end-negotiation.ts";
import { HeldCandidates } from "./held-candidates.ts";
import { linger } from "./linger.ts";
import { skipHandshakeNumbers } from "./record-numbers.ts";
import { RelayedAddresses, type SelectedPair } from "./relayed-addresses.ts";
import {
  type CandidateLine,
  channelLabel,
  type NetworkAddress,
  type PeerConnection,
  type PeerConnectionOptions,
  type WebRtcLibrary,
} from "./webrtc-library.ts";

/** werift waits on one promise per queued message, so its cost grows with the square of the queue. */
const queueBytes = 64 * 1024;

/** Gathering ends then: an answer's checks start only after it, and a dead STUN server must not hold them. */
const stunWaitSeconds = 1;

/** Makes the library; it keeps nothing running between connections. */
export function createWeriftLibrary(): WebRtcLibrary {
  const connections = new Set<WeriftConnection>();
  return {
    name: "werift",
    connect(options) {
      const connection = new WeriftConnection(options, () => connections.delete(connection));
      connections.add(connection);
      return connection;
    },
    async dispose() {
      await Promise.all([...connections].map((connection) => connection.close()));
    },
  };
}

class WeriftConnection implements PeerConnection {
  readonly opened: Promise<Path>;
  readonly #peer: RTCPeerConnection;
  readonly #outcome = new ConnectionOutcome();
  readonly #localCandidates: HeldCandidates;
  readonly #relayed = new RelayedAddresses();
  readonly #onClosed: () => void;
  #channel: RTCDataChannel | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: PeerConnectionOptions, onClosed: () => void) {
    this.#onClosed = onClosed;
    this.opened = this.#outcome.opened;
    this.#localCandidates = new HeldCandidates(options.onCandidate);
    this.#peer = new RTCPeerConnection({
      iceServers: serversFor(options.kind, options.iceServers).map(weriftServer),
      iceTransportPolicy: options.isTurnOnly === true ? "relay" : "all",
      iceStunGatherTimeout: stunWaitSeconds,
    });
    this.#peer.onIceCandidate.subscribe((candidate) => {
      if (this.#closing !== undefined) return;
      this.#relayed.note(candidate?.candidate ?? "");
      this.#localCandidates.tell({
        candidate: candidate?.candidate ?? "",
        sdpMid: candidate?.sdpMid ?? null,
        sdpMLineIndex: candidate?.sdpMLineIndex ?? null,
      });
    });
    this.#peer.connectionStateChange.subscribe((state) => {
      if (state === "connecting") this.#peer.dtlsTransports.forEach(skipHandshakeNumbers);
      if (state === "failed") this.#outcome.end("network", "no network route between the two sides holds");
      if (state === "closed") this.#outcome.end("closed", "the connection was closed");
    });
    this.#peer.onDataChannel.subscribe((channel) => this.#use(channel));
  }

  async offer(): Promise<string> {
    this.#localCandidates.hold();
    this.#use(this.#peer.createDataChannel(channelLabel, { ordered: true, protocol: channelLabel }));
    const offer = await this.#peer.createOffer();
    this.#inBackground(this.#peer.setLocalDescription(offer));
    return offer.sdp;
  }

  async acceptAnswer(sdp: string): Promise<void> {
    await this.#orPathError(this.#peer.setRemoteDescription({ type: "answer", sdp: this.#usable(sdp) }));
    this.#localCandidates.release();
  }

  async answer(offerSdp: string): Promise<string> {
    await this.#orPathError(this.#peer.setRemoteDescription({ type: "offer", sdp: this.#usable(offerSdp) }));
    const answer = await this.#peer.createAnswer();
    this.#inBackground(this.#peer.setLocalDescription(answer));
    return answer.sdp;
  }

  addCandidate({ candidate, sdpMid, sdpMLineIndex }: CandidateLine): void {
    if (this.#closing !== undefined || !isUsableCandidate(candidate)) return;
    this.#relayed.note(candidate);
    this.#peer.addIceCandidate({ candidate, sdpMid, sdpMLineIndex }).catch(() => {});
  }

  remoteAddress(): NetworkAddress | undefined {
    return this.#selectedPair()?.remote;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeNow();
    return this.#closing;
  }

  async #closeNow(): Promise<void> {
    const channel = this.#channel;
    const wasOpen = this.#outcome.path !== undefined;
    this.#outcome.end("closed", "the connection was closed");
    if (wasOpen && channel?.readyState === "open") {
      await linger(() => channel.bufferedAmount);
      channel.close();
    }
    if (!wasOpen) endNegotiation(this.#peer);
    await this.#peer.close();
    this.#onClosed();
  }

  #selectedPair(): SelectedPair | undefined {
    const pair = this.#peer.iceTransports[0]?.connection.nominated;
    if (pair === undefined) return undefined;
    const { localCandidate: local, remoteCandidate: remote } = pair;
    return {
      local: { address: local.host, port: local.port },
      remote: { address: remote.host, port: remote.port },
    };
  }

  #use(channel: RTCDataChannel): void {
    if (this.#channel !== undefined) {
      channel.close();
      return;
    }
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = queueBytes / 2;
    const path = new ChannelPath({
      kind: () => this.#relayed.kindOf(this.#selectedPair()),
      maxMessageBytes: limits.dataChannelMessageBytes,
      queueBytes,
      channel: this.#port(channel),
    });
    channel.onMessage.subscribe((message) => path.receive(typeof message === "string" ? message : plainBytes(message)));
    channel.bufferedAmountLow.subscribe(() => path.drained());
    channel.stateChange.subscribe((state) => {
      if (state === "open") this.#outcome.open(path);
      if (state === "closed") this.#outcome.end("closed", "the other side closed the channel");
    });
    if (channel.readyState === "open") this.#outcome.open(path);
  }

  #port(channel: RTCDataChannel): Channel {
    return {
      copiesMessages: false,
      bufferedBytes: () => channel.bufferedAmount,
      send: (message) => channel.send(Buffer.from(message.buffer, message.byteOffset, message.byteLength)),
      release: () => void this.close(),
    };
  }

  #usable(sdp: string): string {
    const usable = usableDescription(sdp);
    for (const candidate of candidatesIn(usable)) this.#relayed.note(candidate);
    return usable;
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((thrown: unknown) => this.#outcome.end("network", `no local candidates: ${String(thrown)}`));
  }

  async #orPathError<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (thrown) {
      const words = `the other side's session description cannot be used: ${String(thrown).slice(0, 200)}`;
      throw new TunnelError("protocol-error", words, { scope: "path", origin: "remote", cause: thrown });
    }
  }
}

function weriftServer({ urls, username, credential }: IceServer): RTCIceServer {
  return username === undefined || credential === undefined ? { urls } : { urls, username, credential };
}
