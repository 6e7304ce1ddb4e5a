/** A cluster with an app, its agent and Node viewers: the main job across nodes. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Agent,
  type AgentEvent,
  createAgent,
  createWebRtcLibrary,
  loadIdentity,
  redeemEnrolment,
} from "@culvert/peer-agent";
import { connectTunnel, type ServiceConnection } from "@culvert/peer-agent/viewer";
import type { RelayPolicy } from "@culvert/protocol/signaling";
import { type ClusterNodes, type NodeName, startClusterNodes } from "./nodes.ts";
import { Owner } from "./owner.ts";

/** An agent and when its link was online or not. */
export interface StageAgent {
  readonly agent: Agent;
  readonly events: readonly { readonly atMs: number; readonly event: AgentEvent }[];
  /** Resolves when the link is online with a welcome later than `sinceMs` (performance.now). */
  online(sinceMs: number): Promise<number>;
}

export interface ClusterStage {
  readonly nodes: ClusterNodes;
  readonly owner: Owner;
  readonly agent: StageAgent;
  readonly app: Server;
  /** Another agent with the same keys. */
  twin(): Promise<StageAgent>;
  /** Opens the app with its viewer at a node. Rejects as `connectTunnel` does. */
  open(at: NodeName, options?: { readonly signal?: AbortSignal }): Promise<ServiceConnection>;
  /** The port of a node that answers, each in turn. */
  anyPort(): number;
  close(): Promise<void>;
}

/** Sets the stage up to the point where the agent is online at node a. */
export async function setClusterStage(app: RequestListener, relayPolicy: RelayPolicy): Promise<ClusterStage> {
  const nodes = await startClusterNodes();
  const folder = await mkdtemp(join(tmpdir(), "culvert-cluster-agent-"));
  const server = createServer(app);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: appPort } = server.address() as AddressInfo;
  const identity = await loadIdentity(join(folder, "agent"));
  const { origin, balancer } = nodes;
  const enrolmentCode = nodes.node("b").enrolmentCode;
  const enrolment = await redeemEnrolment({ serverUrl: origin, enrolmentCode, label: "studio", identity });
  const owner = new Owner(origin);
  // The link is node c's, the sign-in happens at node a, and every node knows the cookie.
  await owner.signIn(nodes.node("c").signInLink, nodes.node("a").port);
  const agents: Agent[] = [];
  const services: ServiceConnection[] = [];

  const startAgent = async (): Promise<StageAgent> => {
    const events: { atMs: number; event: AgentEvent }[] = [];
    const waiting = new Set<() => void>();
    const agent = createAgent({
      ...{ identity, enrolment, services: [{ name: "app", port: appPort, relayPolicy }] },
      library: await createWebRtcLibrary("werift"),
      onEvent: (event) => {
        events.push({ atMs: performance.now(), event });
        for (const look of [...waiting]) look();
      },
    });
    agents.push(agent);
    const online = (sinceMs: number): Promise<number> =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find(
            ({ atMs, event }) => atMs > sinceMs && event.type === "link" && event.state.type === "online",
          );
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found.atMs);
        };
        waiting.add(look);
        look();
      });
    await agent.start();
    return { agent, events, online };
  };

  balancer.prefer("a");
  const agent = await startAgent();
  await agent.online(0);
  let turn = 0;
  const anyPort = () => {
    const ports = (["a", "b", "c"] as const).flatMap((name) => {
      try {
        return [nodes.node(name).port];
      } catch {
        return [];
      }
    });
    turn += 1;
    return ports[turn % ports.length] ?? 0;
  };
  return {
    ...{ nodes, owner, agent, app: server, anyPort },
    twin: startAgent,
    open: async (at, options = {}) => {
      balancer.prefer(at);
      const service = await connectTunnel({
        createSession: (deviceKey) => owner.createSession(anyPort(), agent.agent.serverId, deviceKey),
        ...{ headers: owner.headers, webrtc: "werift", ...options },
      });
      services.push(service);
      return service;
    },
    close: async () => {
      await Promise.all(services.map((service) => service.close()));
      await Promise.all(agents.map((started) => started.stop()));
      server.closeAllConnections();
      server.close();
      await nodes.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
