/** node-datachannel (libdatachannel) behind the library contract: a prebuilt addon, faster and lighter than werift. */
import { limits, TunnelError } from "@culvert/protocol";
import type { Path } from "@culvert/protocol/endpoint";
import type { DataChannel, PeerConnection as NativePeer } from "node-datachannel";
import { plainBytes } from "../bytes/plain-bytes.ts";
import { type Channel, ChannelPath } from "../paths/channel-path.ts";
import { candidatesIn, isUsableCandidate, serversFor, usableDescription, withoutCandidates } from "./candidates.ts";
import { ConnectionOutcome } from "./connection-outcome.ts";
import { HeldCandidates } from "./held-candidates.ts";
import { toNativeServers } from "./ice-server-urls.ts";
import { linger } from "./linger.ts";
import { RelayedAddresses, type SelectedPair } from "./relayed-addresses.ts";
import {
  type CandidateLine,
  channelLabel,
  type NetworkAddress,
  type PeerConnection,
  type PeerConnectionOptions,
  type WebRtcLibrary,
} from "./webrtc-library.ts";

type Addon = typeof import("node-datachannel");

/** Libraries that run: the addon's threads are shared, so only the last one may stop them. */
let running = 0;

/**
 * Loads the addon; its threads run until the last library is disposed of. Without `preload` they end with every last
 * connection, in a thread that waits until SCTP has let go of everything; where that never comes about, the next connection
 * waits for that thread, and with it the whole process, for ever. Rejects where this machine has none.
 */
export async function createNativeLibrary(): Promise<WebRtcLibrary> {
  const addon = await import("node-datachannel");
  const connections = new Set<NativeConnection>();
  let disposing: Promise<void> | undefined;
  addon.preload();
  running += 1;

  async function disposeNow(): Promise<void> {
    await Promise.all([...connections].map((connection) => connection.close()));
    running -= 1;
    if (running === 0) addon.cleanup();
  }

  return {
    name: "native",
    connect(options) {
      const connection = new NativeConnection(addon, options, () => connections.delete(connection));
      connections.add(connection);
      return connection;
    },
    dispose() {
      disposing ??= disposeNow();
      return disposing;
    },
  };
}

class NativeConnection implements PeerConnection {
  readonly opened: Promise<Path>;
  readonly #peer: NativePeer;
  readonly #outcome = new ConnectionOutcome();
  readonly #relayed = new RelayedAddresses();
  readonly #onClosed: () => void;
  readonly #description = Promise.withResolvers<string>();
  #channel: DataChannel | undefined;
  #hasRemote = false;
  /** Remote candidates that came before the remote description. */
  #earlyRemote: CandidateLine[] = [];
  readonly #localCandidates: HeldCandidates;
  #closing: Promise<void> | undefined;

  constructor(addon: Addon, options: PeerConnectionOptions, onClosed: () => void) {
    this.#onClosed = onClosed;
    this.opened = this.#outcome.opened;
    this.#localCandidates = new HeldCandidates(options.onCandidate);
    this.#description.promise.catch(() => {});
    this.#peer = new addon.PeerConnection("culvert", {
      iceServers: toNativeServers(serversFor(options.kind, options.iceServers)),
      iceTransportPolicy: options.isTurnOnly === true ? "relay" : "all",
      maxMessageSize: limits.sealedMessageBytes,
      disableAutoNegotiation: true,
    });
    this.#peer.onLocalDescription((sdp) => this.#description.resolve(sdp));
    this.#peer.onLocalCandidate((candidate, mid) => this.#tell(candidate, mid));
    this.#peer.onGatheringStateChange((state) => {
      if (state === "complete") this.#tell("", "0");
    });
    this.#peer.onStateChange((state) => {
      if (state === "failed") this.#outcome.end("network", "no network route between the two sides holds");
      if (state === "closed") this.#outcome.end("closed", "the connection was closed");
    });
    this.#peer.onDataChannel((channel) => this.#use(channel));
  }

  async offer(): Promise<string> {
    this.#localCandidates.hold();
    this.#use(this.#peer.createDataChannel(channelLabel, { protocol: channelLabel }));
    this.#peer.setLocalDescription("offer");
    return withoutCandidates(await this.#description.promise);
  }

  async acceptAnswer(sdp: string): Promise<void> {
    this.#setRemote(sdp, "answer");
  }

  async answer(offerSdp: string): Promise<string> {
    this.#setRemote(offerSdp, "offer");
    this.#peer.setLocalDescription("answer");
    return this.#description.promise;
  }

  addCandidate(line: CandidateLine): void {
    if (this.#closing !== undefined || !isUsableCandidate(line.candidate)) return;
    this.#relayed.note(line.candidate);
    if (!this.#hasRemote) {
      this.#earlyRemote.push(line);
      return;
    }
    try {
      this.#peer.addRemoteCandidate(line.candidate, line.sdpMid ?? "0");
    } catch {
      // One candidate that the library cannot read does not end an attempt: others may work.
    }
  }

  remoteAddress(): NetworkAddress | undefined {
    const remote = this.#selectedPair()?.remote;
    return remote === undefined ? undefined : { address: remote.address, port: remote.port };
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeNow();
    return this.#closing;
  }

  async #closeNow(): Promise<void> {
    const channel = this.#channel;
    const wasOpen = this.#outcome.path !== undefined;
    this.#outcome.end("closed", "the connection was closed");
    this.#description.reject(new TunnelError("closed", "the connection was closed", { scope: "path" }));
    if (wasOpen && channel?.isOpen()) await linger(() => channel.bufferedAmount());
    // The addon frees a channel with its last reference: closed first, or its callbacks reach freed memory.
    channel?.close();
    this.#peer.close();
    this.#onClosed();
  }

  #selectedPair(): SelectedPair | undefined {
    // The addon of a closed connection is not asked any more.
    return this.#closing === undefined ? (this.#peer.getSelectedCandidatePair() ?? undefined) : undefined;
  }

  #use(channel: DataChannel): void {
    if (this.#channel !== undefined) {
      channel.close();
      return;
    }
    this.#channel = channel;
    const queueBytes = limits.channelQueueBytes;
    const path = new ChannelPath({
      kind: () => this.#relayed.kindOf(this.#selectedPair()),
      maxMessageBytes: limits.dataChannelMessageBytes,
      queueBytes,
      channel: this.#port(channel),
    });
    channel.setBufferedAmountLowThreshold(queueBytes / 2);
    channel.onMessage((message) => path.receive(bytesOrText(message)));
    channel.onBufferedAmountLow(() => path.drained());
    channel.onClosed(() => this.#outcome.end("closed", "the other side closed the channel"));
    channel.onOpen(() => this.#outcome.open(path));
    if (channel.isOpen()) this.#outcome.open(path);
  }

  #port(channel: DataChannel): Channel {
    return {
      copiesMessages: true,
      bufferedBytes: () => channel.bufferedAmount(),
      send: (message) => void channel.sendMessageBinary(message),
      release: () => void this.close(),
    };
  }

  #tell(candidate: string, mid: string): void {
    if (this.#closing !== undefined) return;
    this.#relayed.note(candidate);
    this.#localCandidates.tell({ candidate: candidate.replace(/^a=/, ""), sdpMid: mid, sdpMLineIndex: 0 });
  }

  #setRemote(sdp: string, type: "offer" | "answer"): void {
    const usable = usableDescription(sdp);
    // The library keeps a description only after it gave it to ICE, and checks certificates against the kept one: no
    // check may succeed before, so candidates follow.
    try {
      this.#peer.setRemoteDescription(withoutCandidates(usable), type);
    } catch (thrown) {
      const words = `the other side's session description cannot be used: ${String(thrown).slice(0, 200)}`;
      throw new TunnelError("protocol-error", words, { scope: "path", origin: "remote", cause: thrown });
    }
    this.#hasRemote = true;
    for (const candidate of candidatesIn(usable)) this.addCandidate({ candidate, sdpMid: null, sdpMLineIndex: 0 });
    const early = this.#earlyRemote;
    this.#earlyRemote = [];
    for (const line of early) this.addCandidate(line);
    this.#localCandidates.release();
  }
}

function bytesOrText(message: string | Buffer | ArrayBuffer): Uint8Array | string {
  if (typeof message === "string") return message;
  return message instanceof ArrayBuffer ? new Uint8Array(message) : plainBytes(message);
}
