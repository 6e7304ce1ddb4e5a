/**
 * What the worker knows before any core spoke to it, from the address that it was registered with. The courier and the
 * boot page put it there out of the documents that the origin server made for this app.
 */

/** Where the dashboard is, and where this app is opened from there. */
export interface WorkerSettings {
  readonly dashboardOrigin: string;
  readonly appViewUrl: string;
}

/** Reads the script's query; without a usable one nobody may frame the app and there is no dashboard to lead to. */
export function readWorkerSettings(scriptUrl: string): WorkerSettings {
  const appViewUrl = httpUrl(new URL(scriptUrl).searchParams.get("app-view"));
  const dashboardUrl = httpUrl(new URL(scriptUrl).searchParams.get("dashboard"));
  if (appViewUrl === undefined || dashboardUrl === undefined || appViewUrl.origin !== dashboardUrl.origin) {
    return { dashboardOrigin: "'self'", appViewUrl: "/.culvert/boot" };
  }
  return { dashboardOrigin: dashboardUrl.origin, appViewUrl: appViewUrl.href };
}

function httpUrl(value: string | null): URL | undefined {
  const url = value === null || !URL.canParse(value) ? undefined : new URL(value);
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}
