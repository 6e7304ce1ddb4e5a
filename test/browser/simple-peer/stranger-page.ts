/**
 * A page of somebody else: it knows simple-peer (with the adapter that makes a path of it) and `@culvert/protocol`,
 * nothing else of ours. Bundled by the test; it leaves what it can do in `globalThis.stranger`.
 */
import { type SimplePeer, SimplePeerPath } from "@culvert/browser-client/simple-peer";
import { type Code, TunnelError } from "@culvert/protocol";
import { createSystemClock, openTunnel, type ViewerTunnel } from "@culvert/protocol/endpoint";
import { ControlChannel, sendRequest } from "@culvert/protocol/http";
import { createNoblePrimitives } from "@culvert/protocol/seal/noble";
import { noiseKeyProof, type RemoteSession, remoteSessionSchema, serverIdOf } from "@culvert/protocol/signaling";
import { joinRelay } from "./stranger-relay.ts";

/** What of a simple-peer instance connecting takes, beside what a path takes. */
interface ConnectingPeer extends SimplePeer {
  on(event: "data", listener: (chunk: Uint8Array | string) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "signal", listener: (signal: PeerSignal) => void): unknown;
  on(event: "connect" | "close", listener: () => void): unknown;
  signal(signal: PeerSignal): void;
}

type PeerSignal =
  | { readonly type: "offer" | "answer"; readonly sdp: string }
  | { readonly type: "candidate"; readonly candidate: RTCIceCandidateInit };

/** simple-peer as its own script leaves it in the page. */
const { SimplePeer: Peer } = globalThis as unknown as {
  readonly SimplePeer: new (options: {
    readonly initiator: true;
    readonly config: { readonly iceServers: readonly object[] };
  }) => ConnectingPeer;
};

/** What the page has done, in plain values. */
export interface StrangerReport {
  readonly status: number;
  readonly sha256: string;
  readonly pathKinds: readonly string[];
  readonly directBytes: number;
}

/** What the test calls. */
export interface Stranger {
  open(serverId: string, signInCode: string, path: string): Promise<StrangerReport>;
}

const primitives = createNoblePrimitives((lengthBytes) => crypto.getRandomValues(new Uint8Array(lengthBytes)));
const clock = createSystemClock({
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer),
});

const stranger: Stranger = {
  async open(serverId, signInCode, path) {
    await post("/api/auth/sign-in/code", { code: signInCode });
    const deviceKey = await primitives.generateKeyPair();
    const answer = await post(`/api/servers/${serverId}/sessions`, { deviceKey: toBase64url(deviceKey.publicKey) });
    const session = remoteSessionSchema.parse(await answer.json());
    const { sessionId, serviceId, relayPolicy } = session;
    const tunnel = await openTunnel({
      path: await joinRelay(session.signalingUrl, session.signalingTicket),
      pathId: 1,
      sessionId,
      serverId: session.serverId,
      serviceId,
      relayPolicy,
      primitives,
      clock,
      deviceKey,
      agentNoiseKey: await checkedNoiseKey(session),
      token: session.remoteSessionToken,
    });
    await addSimplePeer(tunnel, session);
    const request = sendRequest(tunnel.openStream("http"), { method: "GET", path, headers: [], hasBody: false });
    const { status } = await request.readHead();
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let bytes = await request.readBody(); bytes !== null; bytes = await request.readBody()) {
      parts.push(new Uint8Array(bytes));
    }
    const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
    const paths = tunnel.paths();
    tunnel.close("closed", "done");
    return {
      status,
      sha256: toBase64url(new Uint8Array(digest)),
      pathKinds: paths.map(({ kind }) => kind),
      directBytes: paths.find(({ kind }) => kind === "direct")?.receivedBytes ?? 0,
    };
  },
};
Object.assign(globalThis, { stranger });

/** Offers a simple-peer connection through the tunnel's control stream and adds it as a path. */
async function addSimplePeer(tunnel: ViewerTunnel, { iceServers }: RemoteSession): Promise<void> {
  const control = new ControlChannel(tunnel.control);
  const pathId = tunnel.nextPathId();
  const peer = new Peer({ initiator: true, config: { iceServers } });
  const path = new SimplePeerPath(peer);
  const connected = new Promise<void>((resolve, reject) => {
    peer.on("connect", resolve);
    peer.on("error", reject);
  });
  peer.on("signal", (signal) => {
    if (signal.type === "offer") void control.send({ type: "path-offer", pathId, kind: "direct", sdp: signal.sdp });
    if (signal.type !== "candidate") return;
    const { candidate = "", sdpMid = null, sdpMLineIndex = null } = signal.candidate;
    void control.send({ type: "path-candidate", pathId, candidate, sdpMid, sdpMLineIndex });
  });
  const failed = (async () => {
    for (let message = await control.receive(); message !== null; message = await control.receive()) {
      if (!("pathId" in message) || message.pathId !== pathId) continue;
      if (message.type === "path-answer") peer.signal({ type: "answer", sdp: message.sdp });
      if (message.type === "path-candidate" && message.candidate !== "") {
        const { candidate, sdpMid, sdpMLineIndex } = message;
        peer.signal({ type: "candidate", candidate: { candidate, sdpMid, sdpMLineIndex } });
      }
      if (message.type === "path-failed") throw new TunnelError(message.code satisfies Code, message.message);
    }
    throw new TunnelError("closed", "the control stream ended");
  })();
  failed.catch(() => {});
  await Promise.race([connected, failed]);
  await tunnel.attachPath(pathId, path);
}

/** The agent's Noise key, checked against the server's name: signaling is not trusted with it. */
async function checkedNoiseKey({ serverId, agentPublicKey }: RemoteSession): Promise<Uint8Array> {
  const { identityKey, noiseKey, noiseKeySignature } = agentPublicKey;
  const identity = fromBase64url(identityKey);
  const key = await crypto.subtle.importKey("raw", identity, "Ed25519", false, ["verify"]);
  const proof = new TextEncoder().encode(noiseKeyProof(noiseKey));
  const isSigned = await crypto.subtle.verify("Ed25519", key, fromBase64url(noiseKeySignature), proof);
  if (serverIdOf(identity, primitives.sha256) !== serverId || !isSigned) {
    throw new TunnelError("wrong-server", "the server's keys do not belong together");
  }
  return fromBase64url(noiseKey);
}

async function post(address: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  return answer;
}

function toBase64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}
