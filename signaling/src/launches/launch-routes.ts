/** Launch links over HTTP. */
import {
  createLaunchSchema,
  exchangeLaunchSchema,
  launchedSchema,
  launchSchema,
  serverIdSchema,
} from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Accounts, actorOf, requireAccount } from "../accounts/index.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import type { Launches } from "./launches.ts";

/** What the routes stand on. */
export interface LaunchRoutesOptions {
  readonly accounts: Accounts;
  readonly launches: Launches;
  readonly perMinute: number;
}

/** Adds the routes. */
export function addLaunchRoutes(api: Api, { accounts, launches, perMinute }: LaunchRoutesOptions): void {
  const rateLimit = { max: perMinute, timeWindow: 60_000 };

  api.post(
    "/api/servers/:serverId/launch",
    {
      config: { rateLimit },
      schema: {
        params: z.object({ serverId: serverIdSchema }),
        body: createLaunchSchema,
        ...answersWith(launchSchema, "A link that opens a service once, for this account"),
      },
    },
    async (request) => {
      const account = await requireAccount(accounts, request);
      return launches.create(actorOf(account, request.ip), request.params.serverId, request.body.serviceName);
    },
  );

  api.post(
    "/api/launches/exchange",
    {
      config: { rateLimit },
      schema: { body: exchangeLaunchSchema, ...answersWith(launchedSchema, "What a launch link opens, once") },
    },
    async (request) => {
      const account = await requireAccount(accounts, request);
      return launches.exchange(actorOf(account, request.ip), request.body.code);
    },
  );
}
