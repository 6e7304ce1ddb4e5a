/** /api/servers: the owner's list, live, and what can be done to a server. */
import { TunnelError } from "@culvert/protocol";
import { changeServerSchema, serverIdSchema, serverListSchema, serverViewSchema } from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Accounts, actorOf, requireAccount, type SignInEnd } from "../accounts/index.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import { serverLimits } from "../limits.ts";
import type { Watchers } from "../watchers.ts";
import type { AccountEvents } from "./account-events.ts";
import { writeEventStream } from "./event-stream.ts";
import type { ServerDirectory } from "./server-directory.ts";

/** What the routes stand on. */
export interface ServerRoutesOptions {
  readonly accounts: Accounts;
  readonly directory: ServerDirectory;
  readonly events: AccountEvents;
  /** By sign-in. */
  readonly signInEnds: Watchers<SignInEnd>;
  /** Ends what a removed server still has: its sessions, its socket. */
  readonly afterRemoval: (serverId: z.infer<typeof serverIdSchema>) => Promise<void>;
}

const params = z.object({ serverId: serverIdSchema });

/** Adds the routes. */
export function addServerRoutes(api: Api, options: ServerRoutesOptions): void {
  const { accounts, directory, events, signInEnds, afterRemoval } = options;

  api.get("/api/servers", { schema: answersWith(serverListSchema, "The account's servers") }, async (request) => {
    const { accountId } = await requireAccount(accounts, request);
    return { servers: await directory.list(accountId) };
  });

  api.get(
    "/api/servers/events",
    { schema: { summary: "The list, live (server-sent events)" } },
    async (request, reply) => {
      const { accountId, signInId } = await requireAccount(accounts, request);
      if (events.count(accountId) >= serverLimits.eventStreams) {
        throw new TunnelError("limit-reached", `This account has ${serverLimits.eventStreams} lists open.`, {
          hint: "Close some tabs of the dashboard.",
        });
      }
      reply.hijack();
      await writeEventStream(reply.raw, {
        snapshot: async () => ({ type: "servers", servers: await directory.list(accountId) }),
        watch: (listener) => events.watch(accountId, listener),
        watchEnd: (listener) => signInEnds.watch(signInId, listener),
        maySeeMore: async () => (await accounts.whoIs(request.headers))?.signInId === signInId,
      });
    },
  );

  api.get(
    "/api/servers/:serverId",
    { schema: { params, ...answersWith(serverViewSchema, "One server") } },
    async (request) => {
      const { accountId } = await requireAccount(accounts, request);
      return (await directory.find(accountId, request.params.serverId)).view;
    },
  );

  api.patch(
    "/api/servers/:serverId",
    {
      schema: {
        params,
        body: changeServerSchema,
        ...answersWith(serverViewSchema, "Names a server, or puts it into a group"),
      },
    },
    async (request) => {
      const account = await requireAccount(accounts, request);
      return directory.change(actorOf(account, request.ip), request.params.serverId, request.body);
    },
  );

  api.delete(
    "/api/servers/:serverId",
    { schema: { params, ...answersWith(z.object({}), "Removes a server and ends its sessions") } },
    async (request) => {
      const account = await requireAccount(accounts, request);
      await directory.remove(actorOf(account, request.ip), request.params.serverId);
      await afterRemoval(request.params.serverId);
      return {};
    },
  );
}
