/** A viewer in Node: from a remote session's grant to a tunnel whose streams reach the service. */
import {
  type Clock,
  createSystemClock,
  openTunnel,
  type SessionContext,
  type ViewerTunnel,
} from "@culvert/protocol/endpoint";
import type { DhKeyPair } from "@culvert/protocol/seal";
import type { RemoteSession } from "@culvert/protocol/signaling";
import { nodePrimitives } from "../sealing/node-primitives.ts";
import type { WebRtcLibrary } from "../webrtc/index.ts";
import { checkedNoiseKey } from "./agent-key.ts";
import { PathOffering } from "./path-offering.ts";
import { joinRelay } from "./relay-join.ts";

export interface NodeViewerOptions {
  /** As `POST /api/servers/:serverId/sessions` answered it. */
  readonly session: RemoteSession;
  /** The X25519 key pair whose public half the session was created with. */
  readonly deviceKey: DhKeyPair;
  readonly library: WebRtcLibrary;
  /** Whatever proves the account to signaling. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A tunnel and the means to give it data channels. */
export interface NodeViewer {
  readonly tunnel: ViewerTunnel;
  /** Adds one data channel path; app streams of a `handshake-only` service wait for the first. */
  addPath(kind?: "direct" | "turn"): Promise<void>;
}

/** Joins the relay and opens the tunnel. Rejects with the refusal of signaling or of the agent. */
export async function openNodeViewer({ session, deviceKey, library, headers }: NodeViewerOptions): Promise<NodeViewer> {
  const agentNoiseKey = checkedNoiseKey(session.serverId, session.agentPublicKey);
  const { signalingUrl, signalingTicket, iceServers, remoteSessionToken: token } = session;
  const { sessionId, serverId, serviceId, relayPolicy } = session;
  const context: SessionContext = { sessionId, serverId, serviceId, relayPolicy };
  const path = await joinRelay({ signalingUrl, signalingTicket, headers });
  const clock = systemClock();
  const primitives = nodePrimitives;
  const tunnel = await openTunnel({ ...context, path, pathId: 1, primitives, clock, deviceKey, agentNoiseKey, token });
  const offering = new PathOffering({ tunnel, library, iceServers });
  return { tunnel, addPath: (kind = "direct") => offering.addPath(kind) };
}

function systemClock(): Clock {
  return createSystemClock({ now: () => performance.now(), setTimeout, clearTimeout });
}
