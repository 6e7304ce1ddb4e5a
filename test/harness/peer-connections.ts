/** Where a page's peer connections send: their selected remote candidates, as the browser tells them. */
import type { BrowserContext, Page } from "playwright-core";

/** One selected remote candidate. */
export interface RemoteCandidate {
  readonly address: string;
  readonly port: number;
}

/** Those that are not closed, by the order in which they were made: closed ones are let go, as a page lets them go. */
type Watched = { connectionsOfThisPage?: Map<number, RTCPeerConnection> };

/** From now on every page of the context remembers the peer connections that it makes. Call it before a page is opened. */
export async function watchPeerConnections(context: BrowserContext): Promise<void> {
  await context.addInitScript(rememberPeerConnections);
}

/** The selected remote candidate of each peer connection of the page's top document that is connected. */
export function selectedRemotes(page: Page): Promise<readonly RemoteCandidate[]> {
  return page.evaluate(readSelectedRemotes);
}

/** Runs in a page before its own scripts. No closure: it is sent there as text. */
export function rememberPeerConnections(): void {
  const connections = new Map<number, RTCPeerConnection>();
  let made = 0;
  (globalThis as Watched).connectionsOfThisPage = connections;
  globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, parameters) {
      const connection: RTCPeerConnection = Reflect.construct(target, parameters);
      for (const [number, { connectionState }] of connections) {
        if (connectionState === "closed") connections.delete(number);
      }
      connections.set(made, connection);
      made += 1;
      return connection;
    },
  });
}

/** Closes every peer connection of the page's top document, as the loss of its network does; returns how many. */
export function closePeerConnections(page: Page): Promise<number> {
  return page.evaluate(() => {
    const connections = [...((globalThis as Watched).connectionsOfThisPage?.values() ?? [])];
    const living = connections.filter(({ connectionState }) => connectionState !== "closed");
    for (const connection of living) connection.close();
    return living.length;
  });
}

/** Runs in a page that remembers its connections. No closure: it is sent there as text. */
export async function readSelectedRemotes(): Promise<readonly RemoteCandidate[]> {
  const remotes: { address: string; port: number }[] = [];
  for (const connection of (globalThis as Watched).connectionsOfThisPage?.values() ?? []) {
    if (connection.connectionState !== "connected") continue;
    const stats = new Map<string, Record<string, unknown>>();
    for (const [id, entry] of await connection.getStats()) stats.set(id, entry);
    const transport = [...stats.values()].find(({ type }) => type === "transport");
    const pair = stats.get(String(transport?.selectedCandidatePairId));
    const remote = stats.get(String(pair?.remoteCandidateId));
    if (remote !== undefined) remotes.push({ address: String(remote.address), port: Number(remote.port) });
  }
  return remotes;
}
