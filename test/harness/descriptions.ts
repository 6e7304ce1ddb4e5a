/** The session descriptions of a page's peer connections: what signaling must not see. */
import type { Page } from "playwright-core";

/** Keeps every local and remote description that documents of this page set from now on. */
export async function recordDescriptions(page: Page): Promise<void> {
  await page.addInitScript(() => {
    if (typeof RTCPeerConnection === "undefined") return;
    const kept: string[] = [];
    Object.assign(window, { keptDescriptions: kept });
    for (const [set, get] of [
      ["setLocalDescription", "localDescription"],
      ["setRemoteDescription", "remoteDescription"],
    ] as const) {
      const original = RTCPeerConnection.prototype[set];
      const keeping = async function (this: RTCPeerConnection, ...given: unknown[]): Promise<void> {
        await Reflect.apply(original, this, given);
        kept.push(this[get]?.sdp ?? "");
      };
      Object.defineProperty(RTCPeerConnection.prototype, set, { value: keeping, writable: true, configurable: true });
    }
  });
}

/** The descriptions that the page's own document has set. */
export async function recordedDescriptions(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => Reflect.get(window, "keptDescriptions"));
}
