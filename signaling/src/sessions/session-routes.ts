/** Remote sessions over HTTP: grant, list, revoke, end. */
import { type Code, TunnelError } from "@culvert/protocol";
import {
  createSessionSchema,
  deskServiceName,
  endSessionSchema,
  remoteSessionSchema,
  serverIdSchema,
  sessionIdSchema,
  sessionListSchema,
} from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Accounts, actorOf, requireAccount, requireSameOrigin } from "../accounts/index.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import type { RemoteSessions } from "./remote-sessions.ts";

/** What the routes stand on. */
export interface SessionRoutesOptions {
  readonly accounts: Accounts;
  readonly sessions: RemoteSessions;
  readonly createdPerMinute: number;
  /** Told of each opening that failed. */
  readonly onFailed: (accountId: string, code: Code) => void;
}

/** Adds the routes. */
export function addSessionRoutes(api: Api, options: SessionRoutesOptions): void {
  const { accounts, sessions, createdPerMinute, onFailed } = options;
  api.post(
    "/api/servers/:serverId/sessions",
    {
      config: { rateLimit: { max: createdPerMinute, timeWindow: 60_000 } },
      schema: {
        params: z.object({ serverId: serverIdSchema }),
        body: createSessionSchema,
        ...answersWith(remoteSessionSchema, "Opens a service of a server"),
      },
    },
    async (request) => {
      const account = await requireAccount(accounts, request);
      const { signInId } = account;
      if (request.body.serviceName === deskServiceName && account.role !== "owner") throw deskIsOwners();
      const actor = { ...actorOf(account, request.ip), signInId };
      try {
        return await sessions.create(actor, request.params.serverId, request.body);
      } catch (thrown) {
        onFailed(account.accountId, TunnelError.from(thrown).code);
        throw thrown;
      }
    },
  );

  api.get("/api/sessions", { schema: answersWith(sessionListSchema, "The account's sessions") }, async (request) => {
    const { accountId } = await requireAccount(accounts, request);
    return { sessions: await sessions.list(accountId) };
  });

  api.delete(
    "/api/sessions/:sessionId",
    {
      schema: {
        params: z.object({ sessionId: sessionIdSchema }),
        ...answersWith(z.object({}), "Takes a session back"),
      },
    },
    async (request) => {
      const account = await requireAccount(accounts, request);
      const { sessionId } = request.params;
      if (account.role !== "owner") await sessions.requireOwn(account, sessionId);
      await sessions.revoke(actorOf(account, request.ip), sessionId);
      return {};
    },
  );

  api.post(
    "/api/sessions/end",
    {
      schema: {
        body: endSessionSchema,
        ...answersWith(z.object({}), "Ends a session by its own ticket: its page goes"),
      },
    },
    async (request) => {
      requireSameOrigin(request);
      await sessions.end(request.body.signalingTicket);
      return {};
    },
  );
}

/** Devices and shares are the owner's; roles are the control plane's to hold, so it holds them before the agent is asked. */
function deskIsOwners(): TunnelError {
  return new TunnelError("forbidden", "Devices and shares of a server are its owner's to change.", {
    hint: "Ask an owner of this account.",
  });
}
