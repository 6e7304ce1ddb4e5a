/**
 * A running signaling server: the port, the store, the rooms, and their end. Invariant: what was opened is closed in
 * the reverse order, also where the start fails half-way.
 */
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Enrollment, LeakReport } from "@culvert/protocol/signaling";
import { MemoryBus, NatsBus } from "../bus/index.ts";
import {
  dashboardOriginOf,
  isLocalhostName,
  parseServerOptions,
  type ServerOptions,
  type SignalingServerOptions,
} from "../config/index.ts";
import { createEnrolment } from "../enrolment/index.ts";
import { leakReport } from "../hosting/leak-report.ts";
import { issueCode } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import { createLogger, type Logger } from "../log/index.ts";
import { openMetricsListener } from "../metrics/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { openStunResponder, type StunResponder } from "../stun/index.ts";
import { IceServers } from "../turn/index.ts";
import { AppPortListeners } from "./app-port-listeners.ts";
import { listen } from "./listener.ts";
import { createRooms, type Rooms } from "./rooms.ts";
import { switchSite } from "./site-switch.ts";

/** A one-time link that signs the owner in. The code rides in the fragment. */
export interface SignInLink {
  readonly url: string;
  readonly code: string;
  readonly expiresAt: number;
}

/** A server that answers. */
export interface SignalingServer {
  readonly address: { readonly host: string; readonly port: number };
  readonly dashboardOrigin: string;
  /** UDP port of the STUN responder; undefined where it is off. */
  readonly stunPort: number | undefined;
  /** TCP port of `/metrics`; undefined where it is off. */
  readonly metricsPort: number | undefined;
  createSignInLink(): Promise<SignInLink>;
  /** True while the owner has no way to sign in but a one-time link. */
  needsSetUp(): Promise<boolean>;
  createEnrolmentCode(): Promise<Enrollment>;
  /** Requests that reached the owner's app origins although a service worker should have answered. */
  leaks(): Promise<LeakReport>;
  /** Ends every socket and gives port and folder back. Idempotent. */
  close(): Promise<void>;
}

/** What tests put in the place of clock and log. */
export interface ServerSurroundings {
  readonly nowMs?: () => number;
  readonly log?: Logger;
}

/**
 * Starts a server. Rejects with TunnelError in words: `invalid-request` for an option, `limit-reached` for a port or a
 * folder that is in use.
 */
export async function createSignalingServer(
  options: SignalingServerOptions,
  surroundings: ServerSurroundings = {},
): Promise<SignalingServer> {
  const settings = parseServerOptions(options);
  const nowMs = surroundings.nowMs ?? Date.now;
  const log = surroundings.log ?? createLogger(settings.logLevel);
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const store = await openStore(settings.dataFolder, settings.databaseUrl);
    closers.push(() => store.close());
    const bus = settings.natsUrl === undefined ? new MemoryBus() : await NatsBus.open(settings.natsUrl, log);
    closers.push(() => bus.close());
    const { server, port } = await listen(settings);
    closers.push(() => closeServer(server));
    const dashboardOrigin = dashboardOriginOf(settings.origin, port, settings.appPorts);
    const stun = needsStun(settings, dashboardOrigin) ? await openStunResponder(settings, log) : undefined;
    closers.push(async () => stun?.close());
    const stunUrls = stunUrlsOf(settings, dashboardOrigin, stun, log);
    const iceServers = new IceServers({ stunUrls, turn: settings.turn, nowMs });
    const listeners = listensAtAppPorts(settings, dashboardOrigin)
      ? new AppPortListeners(settings.host, server)
      : undefined;
    closers.push(async () => listeners?.close());
    const rooms = await createRooms({
      ...{ settings, store, bus, dashboardOrigin, port, iceServers, log, nowMs },
      appPortListeners: listeners,
    });
    closers.push(async () => rooms.api.close());
    closers.push(() => leaveCluster(rooms));
    await rooms.cluster.nodes.join();
    rooms.cluster.pulse.start();
    connect(server, rooms, settings, { dashboardOrigin, log });
    const taken = (await rooms.appPorts?.listenAtAll()) ?? [];
    if (taken.length > 0) log.warn({ ports: taken }, "other programs have these app ports, so their apps do not open");
    const figures = settings.metrics && (await openMetricsListener(settings.metrics, rooms.metrics));
    closers.push(async () => figures?.close());
    log.info({ host: settings.host, port, nodeId: rooms.cluster.nodes.nodeId }, "signaling listens");
    return {
      address: { host: settings.host, port },
      dashboardOrigin: dashboardOrigin.origin,
      stunPort: stun?.port,
      metricsPort: figures?.port,
      createSignInLink: () => createSignInLink(rooms, store, dashboardOrigin, nowMs()),
      needsSetUp: async () => rooms.needsSetUp((await rooms.accounts.owner()).memberId),
      createEnrolmentCode: async () => {
        const { accountId } = await rooms.accounts.owner();
        return createEnrolment({ store, dashboardOrigin, nowMs }, accountId);
      },
      leaks: async () => leakReport(rooms.leaks, rooms.appOrigins, (await rooms.accounts.owner()).accountId),
      close: closeAll,
    };
  } catch (thrown) {
    await closeAll();
    throw thrown;
  }
}

/** Behind TLS a proxy listens at the app ports and passes everything on to the one port; it names the app port in Host. */
function listensAtAppPorts({ appPorts, listenAtAppPorts }: ServerOptions, { protocol }: URL): boolean {
  return appPorts !== undefined && (listenAtAppPorts ?? protocol === "http:");
}

/** Local peers find each other by host candidates, and names under localhost resolve in browsers alone. */
function needsStun({ stun }: ServerOptions, { hostname }: URL): boolean {
  return stun && !isLocalhostName(hostname);
}

/** What peers are told: nothing that only this machine could reach. */
function stunUrlsOf(
  { stunHost, stunAdvertise }: ServerOptions,
  { hostname }: URL,
  stun: StunResponder | undefined,
  log: Logger,
): string[] {
  if (stunAdvertise !== undefined) return [`stun:${stunAdvertise}`];
  if (stun === undefined) return [];
  if (/^(127\.|::1$|localhost$)/.test(stunHost)) {
    log.warn({ stunHost }, "STUN listens on this machine alone, so no peer is told of it: set CULVERT_STUN_HOST");
    return [];
  }
  return [`stun:${hostname}:${stun.port}`];
}

/** Sends agents to the other nodes first, where there are any; live direct tunnels go on without this node. */
async function leaveCluster({ sockets, cluster }: Rooms): Promise<void> {
  const { nodes, notices, pulse } = cluster;
  if (nodes.count().nodes > 1) await sockets.drain();
  await sockets.close();
  await pulse.stop();
  notices.close();
  // A store that is down forgets this node by itself, later.
  await nodes.leave().catch(() => undefined);
}

function connect(
  server: Server,
  rooms: Rooms,
  settings: ServerOptions,
  { dashboardOrigin, log }: { dashboardOrigin: URL; log: Logger },
): void {
  const { api, hostNames, appOrigins, leaks, sockets } = rooms;
  const folder = settings.appOriginFolder;
  const dashboard = api.routing;
  server.removeAllListeners("request");
  server.on("request", (request, response) =>
    switchSite(request, response, { ...{ hostNames, appOrigins, leaks, folder, dashboardOrigin, dashboard, log } }),
  );
  server.on("upgrade", (request, stream: Duplex, head) => {
    const site = hostNames.siteOf(request.headers.host);
    // A socket of the app that its page's shim should have taken.
    if (site.kind === "app") void countLeak(rooms, site.place);
    void sockets.upgrade(request, stream, head);
  });
}

/** Only places that were given are counted: made-up ones would fill the memory. */
async function countLeak({ appOrigins, leaks }: Rooms, place: string): Promise<void> {
  const owner = await appOrigins.at(place).catch(() => undefined);
  if (owner !== undefined) leaks.count(owner.label, "requests");
}

async function createSignInLink(rooms: Rooms, store: Store, dashboardOrigin: URL, nowMs: number): Promise<SignInLink> {
  // A sign-in code is of a member, who signs in.
  const { memberId: accountId } = await rooms.accounts.owner();
  const lifetimeMs = serverLimits.signInCodeMs;
  const issued = await store.queries
    .transaction()
    .execute((transaction) => issueCode(transaction, { purpose: "sign-in", accountId, lifetimeMs, nowMs }));
  return { ...issued, url: `${dashboardOrigin.origin}/sign-in#code=${issued.code}` };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
