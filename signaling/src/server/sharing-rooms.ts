/** Launch links, shares, and enrolment that begins at the machine: rooms that others stand on, made and joined here. */
import type { ServerId } from "@culvert/protocol/signaling";
import type { Accounts } from "../accounts/index.ts";
import type { Api } from "../api/typed-api.ts";
import type { ServerOptions } from "../config/index.ts";
import { addEnrolmentRoutes, EnrolmentRequests } from "../enrolment/index.ts";
import { addLaunchRoutes, Launches } from "../launches/index.ts";
import type { AccountEvents, ServerDirectory } from "../servers/index.ts";
import type { RemoteSessions, SessionTokens } from "../sessions/index.ts";
import { addShareRoutes, Shares } from "../shares/index.ts";
import type { Store } from "../store/index.ts";

/** What they stand on. */
export interface SharingRoomsOptions {
  readonly settings: ServerOptions;
  readonly store: Store;
  readonly dashboardOrigin: URL;
  readonly accounts: Accounts;
  readonly directory: ServerDirectory;
  readonly sessions: RemoteSessions;
  readonly tokens: SessionTokens;
  readonly events: AccountEvents;
  /** Ends the socket of a server that is gone. */
  readonly dismiss: (serverId: ServerId) => Promise<void>;
  readonly nowMs: () => number;
}

/** What others need of them. */
export interface SharingRooms {
  /** Ends what a server that is gone still has: sessions, shares, its socket. */
  afterRemoval(serverId: ServerId): Promise<void>;
}

/** Makes them and adds their routes. */
export function addSharingRooms(api: Api, options: SharingRoomsOptions): SharingRooms {
  const { settings, store, dashboardOrigin, accounts, directory, sessions, tokens, events, nowMs } = options;
  const { rateLimits, quotas } = settings;
  const { serversPerAccount } = quotas;
  const lifetimeMs = settings.launchTtlSeconds * 1_000;
  const launches = new Launches({ store, directory, dashboardOrigin, lifetimeMs, nowMs });
  const shares = new Shares({
    ...{ store, directory, nowMs },
    revokeSessions: (actor, shareId) => sessions.revokeOfShare(actor, shareId),
  });
  const afterRemoval = async (serverId: ServerId) => {
    await sessions.revokeAll(serverId);
    await shares.revokeAll(serverId);
    await options.dismiss(serverId);
  };
  addEnrolmentRoutes(api, {
    ...{ accounts, store, directory, tokens, dashboardOrigin, serversPerAccount, nowMs },
    requests: new EnrolmentRequests({ store, directory, dashboardOrigin, serversPerAccount, nowMs }),
    redemptionsPerMinute: rateLimits.redeem,
    afterRotation: async ({ accountId, serverId }) => {
      await afterRemoval(serverId as ServerId);
      events.publish(accountId, { type: "server-removed", serverId: serverId as ServerId });
    },
  });
  addLaunchRoutes(api, { accounts, launches, perMinute: rateLimits.createSession });
  addShareRoutes(api, { accounts, shares, sessions, opensPerMinute: rateLimits.openShare });
  return { afterRemoval };
}
