/** /api/overview: how the account does, for owners and auditors. */
import { overviewQuerySchema, overviewSchema } from "@culvert/protocol/signaling";
import { type Accounts, requireAccount } from "../accounts/index.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import { type OverviewSources, overviewOf } from "./overview.ts";

/** Adds the route. */
export function addOverviewRoutes(api: Api, accounts: Accounts, sources: OverviewSources): void {
  const summary = "What is online and open, by which ways, at which cost, and what failed";
  api.get(
    "/api/overview",
    { schema: { querystring: overviewQuerySchema, ...answersWith(overviewSchema, summary) } },
    async (request) => {
      const { accountId } = await requireAccount(accounts, request);
      return overviewOf(sources, accountId, request.query.range);
    },
  );
}
