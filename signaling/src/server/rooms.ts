/** Every room of the server, made and joined once. Only this file knows all of them. */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { IceServer, ServerEvent } from "@culvert/protocol/signaling";
import {
  type Accounts,
  addAccountRoutes,
  clientAddressHeader,
  cookieNamesOf,
  createAccounts,
  type SignInEnd,
} from "../accounts/index.ts";
import { signInByCode } from "../accounts/sign-in-by-code.ts";
import { createApi } from "../api/create-api.ts";
import { addHealthRoutes } from "../api/health-routes.ts";
import type { Api } from "../api/typed-api.ts";
import type { ServerOptions } from "../config/index.ts";
import { addEnrolmentRoutes } from "../enrolment/index.ts";
import { AppOrigins, addDashboardSite, HostNames, LeakCounter } from "../hosting/index.ts";
import { readOrCreateSecret } from "../keys/index.ts";
import type { Logger } from "../log/index.ts";
import { Attachments, addServerRoutes, ServerDirectory } from "../servers/index.ts";
import { addSessionRoutes, RemoteSessions, SessionTokens } from "../sessions/index.ts";
import { Relays, SignalingSockets, socketPaths } from "../sockets/index.ts";
import type { Store } from "../store/index.ts";
import { Watchers } from "../watchers.ts";

/** What the rooms stand on. */
export interface RoomsOptions {
  readonly settings: ServerOptions;
  readonly store: Store;
  readonly dashboardOrigin: URL;
  readonly port: number;
  readonly iceServers: readonly IceServer[];
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
  readonly leaks: LeakCounter;
}

/** Makes them. */
export async function createRooms(options: RoomsOptions): Promise<Rooms> {
  const { settings, store, dashboardOrigin, iceServers, log, nowMs } = options;
  const { rateLimits, dataFolder } = settings;
  const cookieNames = cookieNamesOf(dashboardOrigin);
  const hostNames = new HostNames(dashboardOrigin, options.port);
  const appOrigins = new AppOrigins(store, dashboardOrigin, nowMs);
  const leaks = new LeakCounter();

  const secret = await readOrCreateSecret(join(dataFolder, "cookie-secret"), () =>
    randomBytes(32).toString("base64url"),
  );
  const signInCode = { redeem: signInByCode(store, nowMs), addressHeader: clientAddressHeader };
  const signInEnds = new Watchers<SignInEnd>();
  const onSignInEnd = async (ended: SignInEnd) => {
    signInEnds.publish(ended.signInId, ended);
    await sessions.revokeOf(ended);
  };
  const authentication = { store, dashboardOrigin, cookieNames, secret, signInCode, onSignInEnd };
  const accounts = await createAccounts(authentication, settings.ownerEmail);

  const attachments = new Attachments();
  const events = new Watchers<ServerEvent>();
  const directory = new ServerDirectory({ store, attachments, events, nowMs });
  const tokens = await SessionTokens.open(dataFolder, dashboardOrigin.origin);
  const signalingUrl = `${dashboardOrigin.protocol === "https:" ? "wss" : "ws"}://${dashboardOrigin.host}${socketPaths.viewer}`;
  const sessions = new RemoteSessions({ store, directory, tokens, appOrigins, iceServers, signalingUrl, nowMs });
  const relays = new Relays({ iceServers, relayBudgetBytes: settings.relayBudgetBytes, nowMs });
  sessions.onRevoked(({ sessionId, serverId }) => relays.sessionRevoked(sessionId, attachments.get(serverId)));
  const sockets = new SignalingSockets({
    ...{ accounts, hostNames, dashboardOrigin, directory, attachments, relays, sessions, signInEnds, nowMs, log },
    trustProxy: settings.trustProxy,
  });

  const api = await createApi({ dashboardOrigin, trustProxy: settings.trustProxy, log });
  addAccountRoutes(api, { accounts, dashboardOrigin, cookieNames, signInsPerMinute: rateLimits.signIn });
  addEnrolmentRoutes(api, {
    ...{ accounts, store, directory, tokens, dashboardOrigin, nowMs },
    redemptionsPerMinute: rateLimits.redeem,
  });
  addServerRoutes(api, {
    ...{ accounts, directory, events, signInEnds },
    afterRemoval: async (serverId) => {
      await sessions.revokeAll(serverId);
      attachments.get(serverId)?.link.fail("revoked", "This machine was removed from its account.");
    },
  });
  addSessionRoutes(api, { accounts, sessions, createdPerMinute: rateLimits.createSession });
  addHealthRoutes(api, { accounts, store, leaks, appOrigins });
  addDashboardSite(api, { folder: settings.dashboardFolder, dashboardOrigin, cookieNames });
  await api.ready();
  return { api, accounts, sockets, hostNames, appOrigins, leaks };
}
