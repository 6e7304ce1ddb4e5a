/** A portal of somebody else: a page on an origin of its own, whose button asks our server for a launch link and leads there. */
import { once } from "node:events";
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface PortalOptions {
  readonly dashboardOrigin: string;
  /** An access token of the account; it stays in the portal's own server. */
  readonly accessToken: string;
  readonly serverId: string;
}

/** A portal that answers. */
export interface Portal {
  readonly url: string;
  close(): void;
}

/** Starts it. Its button opens a new tab. */
export async function startPortal(options: PortalOptions): Promise<Portal> {
  const server = createServer(async (request, answer) => {
    if (request.url !== "/open") {
      answer.setHeader("content-type", "text/html; charset=utf-8");
      answer.end('<!doctype html><title>Portal</title><a href="/open" target="_blank">Open IDE</a>');
      return;
    }
    const url = await launchLink(options).catch(() => undefined);
    answer.writeHead(url === undefined ? 502 : 303, url === undefined ? {} : { location: url }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://portal.localhost:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** By the API, as a program asks; names below localhost are this machine's, whatever its resolver says. */
async function launchLink({ dashboardOrigin, accessToken, serverId }: PortalOptions): Promise<string | undefined> {
  const { host, port } = new URL(dashboardOrigin);
  const asking = ask({
    ...{ host: "127.0.0.1", port, method: "POST", path: `/api/servers/${serverId}/launch` },
    headers: { host, authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
  });
  asking.end("{}");
  const [made] = await once(asking, "response");
  return ((await json(made)) as { url?: string }).url;
}
