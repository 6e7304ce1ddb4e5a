/** Signaling, an app, its agent and Node viewers in one process: the main job without a browser. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  type Agent,
  type AgentEvent,
  type AgentTrust,
  createAgent,
  createWebRtcLibrary,
  loadIdentity,
  loadTrust,
  type NodeViewer,
  nodePrimitives,
  openNodeViewer,
  redeemEnrolment,
  type WebRtcLibrary,
} from "@culvert/peer-agent";
import {
  type RelayPolicy,
  type RemoteSession,
  remoteSessionSchema,
  serverListSchema,
} from "@culvert/protocol/signaling";
import { createSignalingServer, type SignalingServer, type SignalingServerOptions } from "@culvert/signaling";
import { impaired } from "../network/impaired-library.ts";
import type { Recorder } from "./recorder.ts";

type LibraryName = WebRtcLibrary["name"];

/** What stands on the stage. */
export interface AgentStage {
  readonly signaling: SignalingServer;
  readonly agent: Agent;
  readonly events: readonly AgentEvent[];
  /** The app's own server and port. */
  readonly app: Server;
  readonly appPort: number;
  /** What proves the signed-in owner to signaling. */
  readonly ownerHeaders: Readonly<Record<string, string>>;
  /** Devices and shares of the agent. */
  readonly trust: AgentTrust;
  /** A call of the owner's dashboard; rejects for an answer that is no success. */
  callAsOwner(method: string, path: string, body?: object): Promise<unknown>;
  /** The same without a sign-in. */
  callAsStranger(method: string, path: string, body?: object): Promise<unknown>;
  /** A remote session of the owner for a device key, base64url; of the app where no service is named. */
  createSession(deviceKey: string, serviceName?: string): Promise<RemoteSession>;
  /** Opens the service as the signed-in owner; `addPath` gives it a data channel. */
  openViewer(library: LibraryName): Promise<NodeViewer>;
  /** Ends signaling and starts it again on the same folder and port. */
  restartSignaling(): Promise<void>;
  /** Has the operator's command change the key that session tokens are signed with; signaling signs with it once restarted. */
  rotateSigningKey(): Promise<void>;
  /** Revokes a remote session. */
  revokeSession(sessionId: string): Promise<void>;
  /** Revokes a viewer's remote session. */
  revoke(viewer: NodeViewer): Promise<void>;
  /** Signs the owner out who opened the viewers. */
  signOut(): Promise<void>;
  /** The state that the dashboard shows for the server. */
  serverState(): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface AgentStageOptions {
  readonly library: LibraryName;
  readonly app: RequestListener;
  readonly relayPolicy?: RelayPolicy;
  readonly relayBudgetBytes?: number;
  /** `Link.url` of an impaired link that the agent's data channels lead through; without it they go straight. */
  readonly linkUrl?: string;
  /** Counts what passes between signaling and its clients; the caller's to close, after the stage. */
  readonly recorder?: Recorder;
  /** What stands between the agent and its WebRTC library. */
  wrapLibrary?(library: WebRtcLibrary): WebRtcLibrary;
  /** As the agent's option. */
  readonly leaseMs?: number;
}

/** Sets everything up to the point where the agent is online. */
export async function setAgentStage(options: AgentStageOptions): Promise<AgentStage> {
  const folder = await mkdtemp(join(tmpdir(), "culvert-stage-"));
  const { library, app, relayPolicy, relayBudgetBytes, linkUrl, recorder, leaseMs } = options;
  const startSignaling = (port: number): Promise<SignalingServer> => {
    const settings: SignalingServerOptions = {
      ...{ dataFolder: join(folder, "signaling"), port, logLevel: "silent" },
      ...(relayBudgetBytes === undefined ? {} : { relayBudgetBytes }),
      ...(recorder === undefined ? {} : { origin: `http://culvert.localhost:${recorder.port}` }),
    };
    return createSignalingServer(settings);
  };
  let signaling = await startSignaling(0);
  recorder?.pointAt(signaling.address.port);
  const server = createServer(app);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const appPort = (server.address() as AddressInfo).port;

  const identity = await loadIdentity(join(folder, "agent"));
  const enrolmentCode = (await signaling.createEnrolmentCode()).code;
  const serverUrl = signaling.dashboardOrigin;
  const enrolment = await redeemEnrolment({ serverUrl, enrolmentCode, label: "studio", identity });
  const events: AgentEvent[] = [];
  const online = Promise.withResolvers<void>();
  const ownLibrary = await createWebRtcLibrary(library);
  const agentLibrary = options.wrapLibrary?.(ownLibrary) ?? ownLibrary;
  const trust = loadTrust(join(folder, "agent"));
  const agent = createAgent({
    ...{ identity, enrolment, trust, ...(leaseMs === undefined ? {} : { leaseMs }) },
    services: [{ name: "app", port: appPort, ...(relayPolicy && { relayPolicy }) }],
    library: linkUrl === undefined ? agentLibrary : impaired(agentLibrary, { linkUrl }),
    onEvent: (event) => {
      events.push(event);
      if (event.type === "link" && event.state.type === "online") online.resolve();
    },
  });
  await agent.start();
  await online.promise;

  const owner = await signIn(signaling);
  const libraries: WebRtcLibrary[] = [];
  const sessions = new Map<NodeViewer, string>();
  const ownerHeaders = { cookie: owner, origin: signaling.dashboardOrigin };
  const createSession = async (deviceKey: string, serviceName?: string): Promise<RemoteSession> => {
    const body = { deviceKey, ...(serviceName === undefined ? {} : { serviceName }) };
    const answer = await call(signaling, "POST", `/api/servers/${agent.serverId}/sessions`, owner, body);
    return remoteSessionSchema.parse(answer.json);
  };
  const revokeSession = async (sessionId: string): Promise<void> => {
    await call(signaling, "DELETE", `/api/sessions/${sessionId}`, owner);
  };
  return {
    get signaling() {
      return signaling;
    },
    async restartSignaling() {
      const { port } = signaling.address;
      await signaling.close();
      signaling = await startSignaling(port);
    },
    async rotateSigningKey() {
      const main = fileURLToPath(import.meta.resolve("../../signaling/src/main.ts"));
      await promisify(execFile)(process.execPath, [main, "signing-key", "rotate", "--data", join(folder, "signaling")]);
    },
    agent,
    events,
    app: server,
    appPort,
    ownerHeaders,
    trust,
    callAsOwner: async (method, path, body) => (await call(signaling, method, path, owner, body)).json,
    callAsStranger: async (method, path, body) => (await call(signaling, method, path, "", body)).json,
    createSession,
    revokeSession,
    async openViewer(name) {
      const viewerLibrary = await createWebRtcLibrary(name);
      libraries.push(viewerLibrary);
      const deviceKey = await nodePrimitives.generateKeyPair();
      const session = await createSession(Buffer.from(deviceKey.publicKey).toString("base64url"));
      const viewer = await openNodeViewer({ session, deviceKey, library: viewerLibrary, headers: ownerHeaders });
      sessions.set(viewer, session.sessionId);
      return viewer;
    },
    async revoke(viewer) {
      await call(signaling, "DELETE", `/api/sessions/${sessions.get(viewer)}`, owner);
    },
    async signOut() {
      await call(signaling, "POST", "/api/auth/sign-out", owner, {});
    },
    async serverState() {
      const { json } = await call(signaling, "GET", "/api/servers", owner);
      return serverListSchema.parse(json).servers[0]?.state;
    },
    async close() {
      for (const viewer of sessions.keys()) viewer.tunnel.close("closed", "the test is over");
      await Promise.all(libraries.map((viewerLibrary) => viewerLibrary.dispose()));
      await agent.stop();
      await signaling.close();
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The Cookie header of a signed-in owner. */
async function signIn(signaling: SignalingServer): Promise<string> {
  const { code } = await signaling.createSignInLink();
  const { response } = await call(signaling, "POST", "/api/auth/sign-in/code", "", { code });
  return (response.headers["set-cookie"] ?? []).map((cookie) => cookie.split(";", 1)[0]).join("; ");
}

/** One API call as the dashboard's own page makes it. Rejects for an answer that is no success. */
async function call(signaling: SignalingServer, method: string, path: string, cookie: string, body?: object) {
  const { host } = new URL(signaling.dashboardOrigin);
  const outgoing = request({
    host: signaling.address.host,
    port: signaling.address.port,
    method,
    path,
    headers: {
      host,
      origin: signaling.dashboardOrigin,
      "sec-fetch-site": "same-origin",
      ...(cookie === "" ? {} : { cookie }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  const text = Buffer.concat(parts).toString("utf8");
  if ((response.statusCode ?? 500) >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
  return { response, json: text === "" ? undefined : (JSON.parse(text) as unknown) };
}
