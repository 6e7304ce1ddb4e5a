/** Requests that reached the operator although the service worker should have answered them: two independent counts. */
import type { LeakReport } from "@culvert/protocol/signaling";
import type { Page } from "playwright-core";
import { isAppHost } from "./app-host.ts";
import { askDashboard } from "./ask-dashboard.ts";
import { requestsOf } from "./recorded-http.ts";
import type { Recorder } from "./recorder.ts";

/** What the server itself counted, asked as the signed-in owner from a page of the dashboard. */
export async function countedLeaks(page: Page): Promise<LeakReport> {
  return (await askDashboard(page, "/api/diagnostics/leaks")).json as LeakReport;
}

/**
 * Paths on app origins that went over the wire and are none of ours (`/.culvert/…`). A favicon is asked for by browsers
 * themselves and tells nothing.
 */
export function wireLeaks(recorder: Recorder, dashboardHost: string): readonly string[] {
  return requestsOf(recorder.connections())
    .filter(({ host }) => isAppHost(host, dashboardHost))
    .filter(({ path }) => !path.startsWith("/.culvert/") && path !== "/favicon.ico")
    .map(({ method, host, path }) => `${method} ${host}${path}`);
}
