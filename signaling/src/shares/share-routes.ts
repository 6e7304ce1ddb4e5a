/** Shares over HTTP: for the owner, and the one door for viewers without an account. */
import {
  openShareSchema,
  registerShareSchema,
  serverIdSchema,
  shareIdSchema,
  shareListSchema,
  shareSessionSchema,
  shareSummarySchema,
} from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Accounts, actorOf, requireAccount, requireSameOrigin } from "../accounts/index.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import type { RemoteSessions } from "../sessions/index.ts";
import type { Shares } from "./shares.ts";

/** What the routes stand on. */
export interface ShareRoutesOptions {
  readonly accounts: Accounts;
  readonly shares: Shares;
  readonly sessions: RemoteSessions;
  /** Openings per minute and address. */
  readonly opensPerMinute: number;
}

const serverParams = z.object({ serverId: serverIdSchema });
const shareParams = z.object({ shareId: shareIdSchema });

/** Adds the routes. */
export function addShareRoutes(api: Api, { accounts, shares, sessions, opensPerMinute }: ShareRoutesOptions): void {
  api.post(
    "/api/servers/:serverId/shares",
    {
      schema: {
        params: serverParams,
        body: registerShareSchema,
        ...answersWith(shareSummarySchema, "Lets viewers of a share reach its agent"),
      },
    },
    async (request) => {
      const account = await requireAccount(accounts, request);
      return shares.register(actorOf(account, request.ip), request.params.serverId, request.body);
    },
  );

  api.get(
    "/api/servers/:serverId/shares",
    { schema: { params: serverParams, ...answersWith(shareListSchema, "Shares of a server") } },
    async (request) => {
      const { accountId } = await requireAccount(accounts, request);
      return { shares: await shares.list(accountId, request.params.serverId) };
    },
  );

  api.get("/api/shares", { schema: answersWith(shareListSchema, "Shares of all servers") }, async (request) => {
    const { accountId } = await requireAccount(accounts, request);
    return { shares: await shares.listAll(accountId) };
  });

  api.delete(
    "/api/shares/:shareId",
    { schema: { params: shareParams, ...answersWith(z.object({}), "Takes a share back and ends its viewers") } },
    async (request) => {
      const account = await requireAccount(accounts, request);
      await shares.revoke(actorOf(account, request.ip), request.params.shareId);
      return {};
    },
  );

  api.post(
    "/api/shares/:shareId/sessions",
    {
      config: { rateLimit: { max: opensPerMinute, timeWindow: 60_000 } },
      schema: {
        params: shareParams,
        body: openShareSchema,
        ...answersWith(shareSessionSchema, "Opens a share, without an account"),
      },
    },
    async (request) => {
      requireSameOrigin(request);
      const share = await shares.admit(request.params.shareId, request.body.ticket);
      return sessions.createForShare(share, request.body.deviceKey, request.ip);
    },
  );
}
