/**
 * The smallest server that an app origin and its dashboard need: built files under `/.culvert/`, one empty dashboard
 * page, and 503 for everything else of the app, which is counted as a leak.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const files = join(import.meta.dirname, "../../../browser-client/dist/app-origin");
const types: Record<string, string> = { js: "text/javascript", html: "text/html; charset=utf-8" };

/**
 * A running server. `leaks` has every request of the app beyond `/.culvert/*` and the favicon, and every Referer that
 * tells an address of the app.
 */
export interface OriginServer {
  readonly dashboardOrigin: string;
  readonly appOrigin: string;
  readonly appViewUrl: string;
  readonly leaks: string[];
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1, where browsers find every name below `localhost`. */
export async function startOriginServer(): Promise<OriginServer> {
  const leaks: string[] = [];
  const origins = { dashboardOrigin: "", appOrigin: "", appViewUrl: "" };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://any");
    const isApp = request.headers.host?.startsWith("x.") === true;
    const { referer } = request.headers;
    if (referer !== undefined && isAppAddress(referer)) leaks.push(`Referer ${referer}`);
    if (pathname === "/favicon.ico") {
      response.writeHead(204).end();
    } else if (!isApp) {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>dashboard</title>");
    } else if (pathname.startsWith("/.culvert/")) {
      const name = pathname.slice("/.culvert/".length);
      const { status, type, content } = await ownFile(name.includes(".") ? name : `${name}.html`, origins);
      const headers = {
        "content-type": type,
        "service-worker-allowed": "/",
        "content-security-policy": name === "sw.js" ? workerPolicy : policy(origins),
        "cache-control": "no-store",
      };
      response.writeHead(status, headers).end(content);
    } else {
      leaks.push(`${request.method} ${request.url}`);
      // A navigation that passed by the worker heals by the boot page; it is a leak all the same.
      const isNavigation = request.headers["sec-fetch-mode"] === "navigate";
      const boot = await ownFile("boot.html", origins);
      response
        .writeHead(isNavigation ? 200 : 503, { "content-type": boot.type })
        .end(isNavigation ? boot.content : "leak");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  origins.dashboardOrigin = `http://culvert.localhost:${port}`;
  origins.appOrigin = `http://x.culvert.localhost:${port}`;
  origins.appViewUrl = `${origins.dashboardOrigin}/app-view/laptop/x`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { ...origins, leaks, close };
}

async function ownFile(name: string, origins: { dashboardOrigin: string; appViewUrl: string }) {
  try {
    const text = await readFile(join(files, name), "utf8");
    const content = text
      .replaceAll("__DASHBOARD_ORIGIN__", origins.dashboardOrigin)
      .replaceAll("__APP_VIEW_URL__", origins.appViewUrl);
    return { status: 200, type: types[name.slice(name.lastIndexOf(".") + 1)] ?? "text/plain", content };
  } catch {
    return { status: 404, type: "text/plain", content: `no ${name}: npm run build` };
  }
}

/** As signaling has it: the worker runs the app's own one. */
const workerPolicy = "default-src *; script-src * 'unsafe-eval'";

function policy({ dashboardOrigin }: { dashboardOrigin: string }): string {
  return `default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; frame-ancestors 'self' ${dashboardOrigin}`;
}

/** True for an address within an app, of which the origin server may not learn. */
function isAppAddress(address: string): boolean {
  const { host, pathname } = new URL(address);
  return host.startsWith("x.") && pathname !== "/" && !pathname.startsWith("/.culvert/");
}
