/** Every room of the server, made and joined once. Only this file knows all of them. */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Code } from "@culvert/protocol";
import { AccessTokens } from "../access-tokens/index.ts";
import { type Accounts, cookieNamesOf, KeyProofs } from "../accounts/index.ts";
import { createApi } from "../api/create-api.ts";
import { addHealthRoutes } from "../api/health-routes.ts";
import type { Api } from "../api/typed-api.ts";
import type { Bus } from "../bus/index.ts";
import type { ServerOptions } from "../config/index.ts";
import {
  AppOrigins,
  AppPorts,
  addDashboardSite,
  HostNames,
  LeakCounter,
  type PortListeners,
  portLayout,
  subdomainLayout,
} from "../hosting/index.ts";
import { readOrCreateSecret } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { addOverviewRoutes, Figures, SessionWays } from "../overview/index.ts";
import { Rates, RelayQuota } from "../rates/index.ts";
import { addServerRoutes } from "../servers/index.ts";
import { addSessionRoutes, RemoteSessions, SessionTokens } from "../sessions/index.ts";
import { AgentDoors, RelayRoutes, Relays, SignalingSockets, socketPaths } from "../sockets/index.ts";
import type { Store } from "../store/index.ts";
import type { IceServers } from "../turn/index.ts";
import { createAccountRooms } from "./account-rooms.ts";
import { type ClusterRooms, createClusterRooms } from "./cluster-rooms.ts";
import { addSharingRooms } from "./sharing-rooms.ts";

/** What the rooms stand on. */
export interface RoomsOptions {
  readonly settings: ServerOptions;
  readonly store: Store;
  readonly bus: Bus;
  readonly dashboardOrigin: URL;
  readonly port: number;
  readonly iceServers: IceServers;
  /** Undefined where apps have no ports, or a proxy listens at them. */
  readonly appPortListeners: PortListeners | undefined;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** The rooms that the outside is wired to. */
export interface Rooms {
  readonly api: Api;
  readonly accounts: Accounts;
  readonly sockets: SignalingSockets;
  readonly hostNames: HostNames;
  readonly appOrigins: AppOrigins;
  /** Of the port layout alone. */
  readonly appPorts: AppPorts | undefined;
  readonly leaks: LeakCounter;
  readonly metrics: Metrics;
  /** True where a member has no way in but another one-time link. */
  needsSetUp(memberId: string): Promise<boolean>;
  readonly cluster: ClusterRooms;
}

/** Makes them. */
export async function createRooms(options: RoomsOptions): Promise<Rooms> {
  const { settings, store, dashboardOrigin, iceServers, log, nowMs } = options;
  const { rateLimits, dataFolder } = settings;
  const cookieNames = cookieNamesOf(dashboardOrigin);
  const hostNames = new HostNames(dashboardOrigin, options.port, settings.appPorts);
  const appPorts =
    settings.appPorts && new AppPorts({ store, range: settings.appPorts, listeners: options.appPortListeners, nowMs });
  const layout = appPorts === undefined ? subdomainLayout(dashboardOrigin) : portLayout(dashboardOrigin, appPorts);
  const appOrigins = new AppOrigins(store, layout, nowMs);
  const leaks = new LeakCounter();

  const makeSecret = () => randomBytes(32).toString("base64url");
  const secret = settings.cookieSecret ?? (await readOrCreateSecret(join(dataFolder, "cookie-secret"), makeSecret));
  const tokens = await SessionTokens.open(dataFolder, dashboardOrigin.origin, settings.signingKey);
  const cluster = createClusterRooms({ store, bus: options.bus, tokens, cookieSecret: secret, log, nowMs });
  const { nodes, notices, pulse, attachments, events, directory, signInEnds, bus } = cluster;
  const rates = new Rates(store, log);
  const accessTokens = new AccessTokens({
    ...{ store, nowMs },
    onRevoked: async (actor, signInId) => {
      await notices.post("sign-in-ended", { signInId, accountId: actor.accountId, address: actor.address });
      await sessions.revokeOf({ ...actor, signInId });
    },
  });
  // Programs at other ports of the host get the dashboard's cookies.
  const keyProofs = appPorts && new KeyProofs({ secret, origin: dashboardOrigin.origin, nowMs });
  const accountRooms = await createAccountRooms({
    ...{ settings, store, dashboardOrigin, secret, keyProofs, rates, accessTokens, log, nowMs },
    onSignInEnd: async (ended) => {
      const { signInId, accountId, address } = ended;
      await notices.post("sign-in-ended", { signInId, accountId, address });
      await sessions.revokeOf(ended);
    },
  });
  const { accounts } = accountRooms;

  const socketOrigin = `${dashboardOrigin.protocol === "https:" ? "wss" : "ws"}://${dashboardOrigin.host}`;
  const signalingUrl = socketOrigin + socketPaths.viewer;
  const shareSignalingUrl = socketOrigin + socketPaths.share;
  const sessions = new RemoteSessions({
    ...{ store, directory, tokens, appOrigins, iceServers, signalingUrl, shareSignalingUrl, nowMs },
    sessionsPerAccount: settings.quotas.sessionsPerAccount,
  });
  const onFault = (thrown: unknown) => log.error({ err: thrown }, "relayed bytes could not be counted");
  const relayQuota = new RelayQuota({ rates, bytesPerDay: settings.quotas.relayBytesPerDay, nowMs, onFault });
  const figures = new Figures({ store, nowMs });
  const ended = (accountId: string, code: Code) => figures.ended(accountId, code);
  const mayRelay = (accountId: string, bytes: number) => {
    if (!relayQuota.take(accountId, bytes)) return false;
    figures.add(accountId, "relayed", bytes);
    return true;
  };
  const { relayBudgetBytes } = settings;
  const relays = new Relays({ iceServers, relayBudgetBytes, mayRelay, onEnded: ended, nowMs });
  pulse.add({ every: serverLimits.figureRounds, run: () => figures.write() });
  pulse.add({ every: serverLimits.cleaningRounds, run: () => figures.forgetOld() });
  cluster.relayed.bytes = () => relays.carriedBytes;
  sessions.onRevoked((session) => notices.sessionRevoked(session));
  notices.on("session-revoked", ({ sessionId, serverId, by }) =>
    relays.sessionRevoked({ sessionId, by }, attachments.get(serverId)),
  );
  notices.on("server-dismissed", ({ serverId }) =>
    attachments.get(serverId)?.link.fail("revoked", "This machine was removed from its account."),
  );
  const doors = new AgentDoors({ bus, nodes, relays });
  const routes = new RelayRoutes({ bus, nodes, attachments, directory, relays });
  const sockets = new SignalingSockets({
    ...{ accounts, hostNames, dashboardOrigin, directory, attachments, relays, sessions, signInEnds, nowMs, log },
    ...{ doors, routes, pulse, ways: new SessionWays(store), onJoinFailed: ended },
    trustProxy: settings.trustProxy,
    quotas: settings.quotas,
    keySuccessions: tokens.successions,
    onRefused: (code) => metrics.socketRefused(code),
  });

  const metrics = new Metrics({
    agents: () => attachments.all().length,
    viewers: () => relays.count,
    relayedBytes: () => relays.carriedBytes,
    leaks: () => leaks.total,
    nodes: () => nodes.count().nodes,
    isBusUp: () => bus.isUp(),
  });
  const requestsPerMinute = rateLimits.api;
  const api = await createApi({
    dashboardOrigin,
    trustProxy: settings.trustProxy,
    rates,
    requestsPerMinute,
    metrics,
    log,
  });
  accountRooms.addRoutes(api);
  const { afterRemoval } = addSharingRooms(api, {
    ...{ settings, store, dashboardOrigin, accounts, directory, sessions, tokens, events, nowMs },
    dismiss: (serverId) => notices.post("server-dismissed", { serverId }),
  });
  addServerRoutes(api, { accounts, directory, events, signInEnds, afterRemoval });
  addSessionRoutes(api, { accounts, sessions, createdPerMinute: rateLimits.createSession, onFailed: ended });
  addOverviewRoutes(api, accounts, { store, directory, relayBytesPerDay: settings.quotas.relayBytesPerDay, nowMs });
  addHealthRoutes(api, {
    ...{ accounts, store, leaks, appOrigins, hostNames, bus },
    isEnding: () => sockets.isClosing,
  });
  addDashboardSite(api, {
    ...{ folder: settings.dashboardFolder, dashboardOrigin, cookieNames, frameSources: layout.frameSources },
    sharesHost: appPorts !== undefined,
    challenge: async () => (await keyProofs?.challenge())?.challenge ?? "",
  });
  api.addHook("onClose", async () => {
    rates.close();
    await figures.write().catch((thrown: unknown) => log.error({ err: thrown }, "figures were not written"));
    await accountRooms.auditWatch.close();
  });
  await api.ready();
  return {
    api,
    accounts,
    sockets,
    hostNames,
    appOrigins,
    appPorts,
    leaks,
    metrics,
    cluster,
    needsSetUp: accountRooms.needsSetUp,
  };
}
