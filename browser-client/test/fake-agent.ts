/** An agent, its signaling and the page's peer connections, all in memory: the other side of a viewer connection. */
import { TunnelError } from "@culvert/protocol";
import {
  type Admission,
  type AgentTunnel,
  type Clock,
  createAcceptor,
  openTunnel,
  type Path,
  type ViewerTunnel,
} from "@culvert/protocol/endpoint";
import { ControlChannel } from "@culvert/protocol/http";
import { createNoblePrimitives, nobleKeyPair } from "@culvert/protocol/seal/noble";
import type { RemoteSession } from "@culvert/protocol/signaling";
import { createMemoryPathPair, type MemoryPathPair } from "@culvert/protocol/testing";
import { PathMessages } from "../src/core/path-messages.ts";
import type { Opening } from "../src/core/viewer-connection.ts";
import { DataChannelPath } from "../src/webrtc/data-channel-path.ts";
import type { FromPeers, ToPeers } from "../src/webrtc/peer-messages.ts";
import { type ChannelPair, channelPair } from "./fake-channel.ts";

const primitives = createNoblePrimitives((length) => crypto.getRandomValues(new Uint8Array(length)));

/** A session as the control plane would give it. */
export function remoteSession(relayPolicy: RemoteSession["relayPolicy"] = "handshake-only"): RemoteSession {
  return {
    sessionId: "s".repeat(26),
    serverId: "a".repeat(26),
    serviceId: "b".repeat(26),
    serviceName: "shop",
    remoteSessionToken: "token",
    signalingTicket: "ticket",
    expiresAt: 0,
    iceServers: [],
    relayPolicy,
    agentPublicKey: { identityKey: "", noiseKey: "", noiseKeySignature: "" },
    appOrigin: "http://shop-abc.culvert.localhost:4000",
    signalingUrl: "ws://culvert.localhost:4000/",
  } as unknown as RemoteSession;
}

/** What tests turn and look at. */
export class FakeAgent {
  readonly #clock: Clock;
  readonly #noiseKey = nobleKeyPair(crypto.getRandomValues(new Uint8Array(32)));
  #acceptor;
  readonly relays: MemoryPathPair[] = [];
  readonly channels = new Map<number, ChannelPair>();
  readonly peersClosed: number[] = [];
  tunnels: AgentTunnel[] = [];
  admission: Admission = { type: "accepted" };
  /** False: the relay cannot be joined, for this reason. */
  online = true;
  refusal: "offline" | "network" = "offline";
  /** True: signaling joins, then finds that the relay's budget is used up. */
  exhausted = false;
  /** False: peer connections fail. */
  directWorks = true;
  readonly peers: PathMessages<FromPeers, ToPeers>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#acceptor = this.#createAcceptor();
    this.peers = new PathMessages((message) => this.#onPeerMessage(message));
  }

  /** A new process: no tunnel is known any more. */
  restart(): void {
    this.#acceptor = this.#createAcceptor();
    this.tunnels = [];
  }

  async joinRelay(session: RemoteSession): Promise<Path> {
    if (!this.online) throw new TunnelError(this.refusal, "the server is not connected", { origin: "remote" });
    const pair = createMemoryPathPair({ kind: "relay" });
    this.relays.push(pair);
    if (this.exhausted) {
      pair.second.close("budget-exhausted", "the relay's byte budget is used up");
      return pair.first;
    }
    const { sessionId, serverId, serviceId, relayPolicy } = session;
    this.#acceptor.accept(pair.second, { sessionId, serverId, serviceId, relayPolicy });
    return pair.first;
  }

  openTunnel({ session, path, pathId }: Opening): Promise<ViewerTunnel> {
    const { sessionId, serverId, serviceId, relayPolicy, remoteSessionToken } = session;
    return openTunnel({
      sessionId,
      serverId,
      serviceId,
      relayPolicy,
      path,
      pathId,
      primitives,
      clock: this.#clock,
      deviceKey: nobleKeyPair(new Uint8Array(32).fill(1)),
      agentNoiseKey: this.#noiseKey.publicKey,
      token: remoteSessionToken,
    });
  }

  #createAcceptor() {
    return createAcceptor({
      primitives,
      clock: this.#clock,
      noiseKey: this.#noiseKey,
      admit: async () => this.admission,
      onTunnel: (tunnel) => {
        this.tunnels.push(tunnel);
        void this.#serveControl(tunnel).catch(() => {});
      },
    });
  }

  async #serveControl(tunnel: AgentTunnel): Promise<void> {
    const control = new ControlChannel(tunnel.control);
    for (let message = await control.receive(); message !== null; message = await control.receive()) {
      if (message.type !== "path-offer") continue;
      const { pathId } = message;
      const channel = this.channels.get(pathId)?.agent;
      if (channel === undefined) continue;
      tunnel.acceptPath(pathId, new DataChannelPath(channel, "direct")).catch(() => {});
      await control.send({ type: "path-answer", pathId, sdp: "answer" });
    }
  }

  #onPeerMessage(message: ToPeers): void {
    const { pathId } = message;
    if (message.type === "open-peer") {
      const pair = channelPair();
      this.channels.set(pathId, pair);
      const channel = pair.viewer as unknown as RTCDataChannel;
      queueMicrotask(() => {
        this.peers.deliver({ type: "peer-channel", pathId, channel });
        this.peers.deliver({ type: "peer-offer", pathId, sdp: "offer" });
      });
    } else if (message.type === "peer-answer") {
      if (!this.directWorks) {
        this.peers.deliver({ type: "peer-failed", pathId, message: "no route" });
        return;
      }
      this.channels.get(pathId)?.open();
      this.peers.deliver({ type: "peer-connected", pathId, kind: "direct" });
    } else if (message.type === "close-peer") {
      this.peersClosed.push(pathId);
      this.channels.get(pathId)?.cut();
    }
  }
}
