/** One meeting of our agent and our Node viewer over hostile signaling, and what came of it. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Agent,
  agentIdentity,
  createAgent,
  newStoredIdentity,
  TunnelError,
  type WebRtcLibrary,
} from "@culvert/peer-agent";
import { connectTunnel } from "@culvert/peer-agent/viewer";
import type { RemoteSession } from "@culvert/protocol/signaling";
import { grantFor } from "../../protocol/conformance/src/grant.ts";
import { tokenKey, tokenKeyId } from "../../protocol/conformance/src/kit-keys.ts";
import { type Harm, type HostileSignaling, type MessageKind, startHostileSignaling } from "./hostile-signaling.ts";

/** What a meeting came to. */
export interface MeetingResult {
  /**
   * `answered`: the app's answer, whole and right; a code: a TunnelError; `detached`: the viewer said why each of its paths
   * was lost, and waits for another one for its grace time; `hung`: none of these.
   */
  readonly outcome: string;
  /** Requests that reached the app. */
  readonly requests: number;
  /** The app's words were readable on the way. */
  readonly wasRead: boolean;
  /** How the agent stands with signaling. */
  readonly link: string;
}

const secret = "the-words-of-the-app ".repeat(6_000);
/** Beyond every time after which a peer must have said what is wrong, but for the grace time. */
const hungMs = 25_000;

/** Data channels are no part of it: every path is a relay of the enemy's. */
const noLibrary: WebRtcLibrary = {
  name: "native",
  connect: () => {
    throw new TunnelError("unsupported", "no data channels here", { scope: "path" });
  },
  dispose: async () => {},
};

/** Opens a service and asks once; `forge` may send messages of the enemy's own once the first answer is under way. */
export async function meet(
  kind: MessageKind,
  harm: Harm,
  forge?: (server: HostileSignaling) => void,
): Promise<MeetingResult> {
  let requests = 0;
  const app = createServer((_request, response) => {
    requests += 1;
    response.write(secret.slice(0, 10));
    forge?.(signaling);
    response.end(secret.slice(10));
  });
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  const signaling = await startHostileSignaling(kind, harm);
  const identity = agentIdentity(newStoredIdentity());
  const signingKeys = [{ kid: tokenKeyId, kty: "OKP" as const, crv: "Ed25519" as const, x: tokenKey.publicKey }];
  const serverUrl = `http://127.0.0.1:${signaling.port}`;
  const agent = createAgent({
    ...{ identity, library: noLibrary },
    enrolment: { v: 1, serverUrl, label: "met", serverId: identity.serverId, signingKeys },
    services: [{ name: "app", port: (app.address() as AddressInfo).port, relayPolicy: "full" }],
  });
  await agent.start();
  try {
    const outcome = await ask(signaling, agent, identity.publicKey);
    return {
      ...{ outcome, requests, link: agent.link.type },
      wasRead: signaling.seen.some((bytes) => bytes.includes("words-of-the-app")),
    };
  } finally {
    await agent.stop();
    await signaling.stop();
    app.closeAllConnections();
    app.close();
  }
}

async function ask({ url }: HostileSignaling, agent: Agent, agentPublicKey: RemoteSession["agentPublicKey"]) {
  const grant = grantFor(agent.serverId, "app");
  const session: RemoteSession = {
    ...{ sessionId: grant.sessionId, serverId: grant.serverId, serviceId: grant.serviceId, serviceName: "app" },
    ...{ remoteSessionToken: grant.token, signalingTicket: `${grant.sessionId} app`, expiresAt: Date.now() + 60_000 },
    ...{ iceServers: [], relayPolicy: "full", agentPublicKey, appOrigin: "http://app.localhost" },
    signalingUrl: `${url}/api/signaling/viewer`,
  };
  const hung = new AbortController();
  const losses: string[] = [];
  const timer = setTimeout(() => hung.abort(new Error("hung")), hungMs);
  try {
    const { signal } = hung;
    const service = await connectTunnel({ session, deviceKey: grant.deviceKey, webrtc: "native", signal });
    service.onEvent((event) => {
      if (event.type === "path-down") losses.push(event.code);
    });
    try {
      const text = await (await service.fetch("/", { signal })).text();
      return text === secret ? "answered" : "changed";
    } finally {
      await service.close();
    }
  } catch (thrown) {
    if (hung.signal.aborted) return losses.length > 0 ? "detached" : "hung";
    return thrown instanceof TunnelError ? thrown.code : `not typed: ${String(thrown)}`;
  } finally {
    clearTimeout(timer);
  }
}
