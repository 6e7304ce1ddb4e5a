/** The counts of one account's app origins, as its owner is told them. */
import type { LeakReport } from "@culvert/protocol/signaling";
import type { AppOrigins } from "./app-origins.ts";
import type { LeakCounter } from "./leak-counter.ts";

/** Counts since the process started. */
export async function leakReport(leaks: LeakCounter, appOrigins: AppOrigins, accountId: string): Promise<LeakReport> {
  const origins: LeakReport["origins"] = [];
  for (const [label, counts] of leaks.all()) {
    const owner = await appOrigins.ofLabel(label);
    if (owner?.accountId === accountId) origins.push({ appOrigin: await appOrigins.urlOf(owner), ...counts });
  }
  const total = origins.reduce((sum, { navigations, requests }) => sum + navigations + requests, 0);
  return { total, origins };
}
