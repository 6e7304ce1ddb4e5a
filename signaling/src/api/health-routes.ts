/** /healthz, /readyz and /tls-ask for whoever runs the process, and counts for the owner. */
import { TunnelError } from "@culvert/protocol";
import { apiErrorSchema, leakReportSchema } from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Accounts, requireAccount } from "../accounts/index.ts";
import type { Bus } from "../bus/index.ts";
import type { AppOrigins, HostNames, LeakCounter } from "../hosting/index.ts";
import { leakReport } from "../hosting/leak-report.ts";
import type { Store } from "../store/index.ts";
import { failure } from "./failure.ts";
import { type Api, answersWith } from "./typed-api.ts";

/** What the routes stand on. */
export interface HealthRoutesOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly leaks: LeakCounter;
  readonly appOrigins: AppOrigins;
  readonly hostNames: HostNames;
  readonly bus: Pick<Bus, "isUp">;
  /** True once the node takes nobody in any more. */
  readonly isEnding: () => boolean;
}

const healthSchema = z.object({ status: z.literal("ok") });
/** `degraded`: all but what needs other nodes. A bus that is down everywhere must not take every node out of service. */
const readinessSchema = z.object({ status: z.enum(["ok", "degraded"]), bus: z.enum(["up", "down"]) });

/** Adds the routes. */
export function addHealthRoutes(api: Api, options: HealthRoutesOptions): void {
  const { accounts, store, leaks, appOrigins, hostNames, bus, isEnding } = options;

  api.get("/healthz", { schema: answersWith(healthSchema, "The process runs") }, async () => ({
    status: "ok" as const,
  }));

  const readiness = answersWith(readinessSchema, "The process can do its work");
  api.get(
    "/readyz",
    { schema: { ...readiness, response: { ...readiness.response, 503: apiErrorSchema.describe("`not-ready`") } } },
    async (_request, reply) => {
      const fault = isEnding() ? "This node is ending." : await faultOf(store);
      if (fault !== undefined) return reply.status(503).send(failure("not-ready", fault, askAnother).body);
      const isUp = bus.isUp();
      return {
        status: isUp ? ("ok" as const) : ("degraded" as const),
        bus: isUp ? ("up" as const) : ("down" as const),
      };
    },
  );

  // Asked by a proxy before it gets a certificate for a name: whoever points a foreign name here gets none.
  api.get(
    "/tls-ask",
    {
      schema: {
        querystring: z.object({ domain: z.string().min(1).max(253) }),
        ...answersWith(healthSchema, "Whether a host name is one of ours"),
      },
    },
    async ({ query: { domain } }) => {
      const site = hostNames.siteNamed(domain);
      const isOurs = site.kind === "dashboard" || (site.kind === "app" && (await appOrigins.at(site.place)));
      if (!isOurs) throw new TunnelError("not-found", "This host name is none of ours.");
      return { status: "ok" as const };
    },
  );

  api.get(
    "/api/diagnostics/leaks",
    { schema: answersWith(leakReportSchema, "Requests that reached an app origin's host") },
    async (request) => {
      const { accountId } = await requireAccount(accounts, request);
      return leakReport(leaks, appOrigins, accountId);
    },
  );
}

const askAnother = "Ask another node, or try again in a moment.";

async function faultOf(store: Store): Promise<string | undefined> {
  return store.check().then(
    () => undefined,
    () => "The store does not answer.",
  );
}
