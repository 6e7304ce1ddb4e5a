/**
 * The icon of a tab of the app's own. Browsers ask for it past the service worker (crbug.com/448427), which would tell its
 * address to the origin server; so it is fetched here, and the tab is given its bytes.
 */
import { appAddress } from "./app-address.ts";

/** Watches the icons of a top-level document; framed ones have no tab. */
export function installTabIcon(realm: typeof globalThis): void {
  const { document, fetch: ask } = realm;
  if (realm.top !== realm.self) return;
  new MutationObserver(() => {
    for (const link of document.querySelectorAll<HTMLLinkElement>("link[rel~=icon i]")) {
      const url = appAddress(link.getAttribute("href") ?? "data:", document.baseURI);
      if (url !== undefined) give(link, url).catch(() => undefined);
    }
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["href", "rel"] });

  async function give(link: HTMLLinkElement, url: string): Promise<void> {
    // At once, before the browser has looked at the address.
    link.href = "data:,";
    const answer = await ask(url);
    if (answer.ok) link.href = URL.createObjectURL(await answer.blob());
  }
}
