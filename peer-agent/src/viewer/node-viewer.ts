/** A viewer in Node: from a remote session's grant to a tunnel whose streams reach the service. */
import {
  type Clock,
  createSystemClock,
  openTunnel,
  type SessionContext,
  type ViewerTunnel,
} from "@culvert/protocol/endpoint";
import type { DhKeyPair } from "@culvert/protocol/seal";
import type { IceServer, RemoteSession } from "@culvert/protocol/signaling";
import { nodePrimitives } from "../sealing/node-primitives.ts";
import { attemptKind } from "../webrtc/candidates.ts";
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
  /** An older tunnel of this viewer, which the agent ends once this one is confirmed. */
  readonly supersedes?: Uint8Array;
  /** Gives up the opening. */
  readonly signal?: AbortSignal;
}

/** A tunnel and the means to give it paths. */
export interface NodeViewer {
  readonly tunnel: ViewerTunnel;
  /** Id of the relay path that the tunnel was opened on. */
  readonly relayPathId: number;
  /**
   * Adds one data channel path; app streams of a `handshake-only` service wait for the first. Resolves with its id.
   * `direct` asks no TURN server, `turn` may; where neither is said, TURN may be used if the session names a server.
   */
  addPath(kind?: "direct" | "turn"): Promise<number>;
  /** Joins the relay again, for a path in place of a lost one. Resolves with its id. */
  rejoinRelay(signal?: AbortSignal): Promise<number>;
}

const firstPathId = 1;

/** Joins the relay and opens the tunnel. Rejects with the refusal of signaling or of the agent. */
export async function openNodeViewer(options: NodeViewerOptions): Promise<NodeViewer> {
  const { session, deviceKey, library, headers, supersedes } = options;
  const agentNoiseKey = checkedNoiseKey(session.serverId, session.agentPublicKey);
  const { signalingUrl, signalingTicket, remoteSessionToken: token } = session;
  let { iceServers } = session;
  const { sessionId, serverId, serviceId, relayPolicy } = session;
  const context: SessionContext = { sessionId, serverId, serviceId, relayPolicy };
  const onIceServers = (renewed: readonly IceServer[]) => {
    iceServers = [...renewed];
  };
  const join = (signal?: AbortSignal) =>
    joinRelay({ signalingUrl, signalingTicket, headers, onIceServers, ...given({ signal }) });
  const path = await join(options.signal);
  const clock = systemClock();
  const tunnel = await openTunnel({
    ...context,
    ...given({ supersedes }),
    path,
    pathId: firstPathId,
    primitives: nodePrimitives,
    clock,
    deviceKey,
    agentNoiseKey,
    token,
  });
  const offering = new PathOffering({ tunnel, library, clock, iceServers: () => iceServers });
  return {
    tunnel,
    relayPathId: firstPathId,
    addPath: (kind = attemptKind(iceServers)) => offering.addPath(kind),
    async rejoinRelay(signal) {
      const again = await join(signal);
      const pathId = tunnel.nextPathId();
      await tunnel.attachPath(pathId, again);
      return pathId;
    },
  };
}

/** Node's clock: monotonic, and its timers. */
export function systemClock(): Clock {
  return createSystemClock({ now: () => performance.now(), setTimeout, clearTimeout });
}

/** An optional member that is left out where it is undefined. */
function given<Name extends string, Value>(member: Record<Name, Value | undefined>): { [name in Name]?: Value } {
  const entries = Object.entries<Value | undefined>(member).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [name in Name]?: Value };
}
