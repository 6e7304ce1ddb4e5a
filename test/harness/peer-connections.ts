/** Where a page's peer connections send: their selected remote candidates, as the browser tells them. */
import type { BrowserContext, Page } from "playwright-core";

/** One selected remote candidate. */
export interface RemoteCandidate {
  readonly address: string;
  readonly port: number;
}

type Watched = { connectionsOfThisPage?: RTCPeerConnection[] };

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
  const connections: RTCPeerConnection[] = [];
  (globalThis as Watched).connectionsOfThisPage = connections;
  globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, parameters) {
      const connection: RTCPeerConnection = Reflect.construct(target, parameters);
      connections.push(connection);
      return connection;
    },
  });
}

/** Closes every peer connection of the page's top document, as the loss of its network does; returns how many. */
export function closePeerConnections(page: Page): Promise<number> {
  return page.evaluate(() => {
    const connections = (globalThis as Watched).connectionsOfThisPage ?? [];
    const living = connections.filter(({ connectionState }) => connectionState !== "closed");
    for (const connection of living) connection.close();
    return living.length;
  });
}

/** Runs in a page that remembers its connections. No closure: it is sent there as text. */
export async function readSelectedRemotes(): Promise<readonly RemoteCandidate[]> {
  const remotes: { address: string; port: number }[] = [];
  for (const connection of (globalThis as Watched).connectionsOfThisPage ?? []) {
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
