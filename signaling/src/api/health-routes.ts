/** /healthz and /readyz for whoever runs the process, the OpenAPI document, and counts for the owner. */
import { TunnelError } from "@culvert/protocol";
import { leakReportSchema } from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Accounts, requireAccount } from "../accounts/index.ts";
import type { AppOrigins, LeakCounter } from "../hosting/index.ts";
import { leakReport } from "../hosting/leak-report.ts";
import type { Store } from "../store/index.ts";
import { type Api, answersWith } from "./typed-api.ts";

/** What the routes stand on. */
export interface HealthRoutesOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly leaks: LeakCounter;
  readonly appOrigins: AppOrigins;
}

const healthSchema = z.object({ status: z.literal("ok") });

/** Adds the routes. */
export function addHealthRoutes(api: Api, { accounts, store, leaks, appOrigins }: HealthRoutesOptions): void {
  api.get("/healthz", { schema: answersWith(healthSchema, "The process runs") }, async () => ({
    status: "ok" as const,
  }));

  api.get("/readyz", { schema: answersWith(healthSchema, "The process can do its work") }, async () => {
    await store.check().catch((cause: unknown) => {
      throw new TunnelError("internal", "The store does not answer.", { cause });
    });
    return { status: "ok" as const };
  });

  api.get("/api/openapi.json", { schema: { hide: true } }, async () => api.swagger());

  api.get(
    "/api/diagnostics/leaks",
    { schema: answersWith(leakReportSchema, "Requests that reached an app origin's host") },
    async (request) => {
      const { accountId } = await requireAccount(accounts, request);
      return leakReport(leaks, appOrigins, accountId);
    },
  );
}
