/**
 * Links with a `download` attribute. Chromium asks for them past the service worker, which would tell their address to
 * the origin server and find nothing there. So they are opened in a hidden frame, at an address whose mark makes the
 * worker answer with an attachment.
 */
import { addDownloadMark } from "../ports/download-mark.ts";
import { appAddress } from "./app-address.ts";
import { replaceMethod } from "./native-look.ts";

/** A frame may go when it has become a download; no answer begins later than after 280 s. */
const frameLifeMs = 300_000;

/** Watches clicks in a document, also those that script makes on links outside of it. */
export function installDownloadLinks(realm: typeof globalThis): void {
  realm.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement);
    if (link !== undefined && download(link)) event.preventDefault();
  });
  replaceMethod(realm.HTMLElement.prototype, "click", (native, self: HTMLElement, given) => {
    // A click on a connected link reaches the listener above.
    const isOurs = !self.isConnected && self instanceof HTMLAnchorElement && download(self);
    return isOurs ? undefined : Reflect.apply(native, self, given);
  });
}

/** Starts the download where it is one of the app's own addresses. */
function download(link: HTMLAnchorElement): boolean {
  const url = link.hasAttribute("download") ? appAddress(link.href, document.baseURI) : undefined;
  if (url === undefined) return false;
  const [address = ""] = url.split("#");
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = addDownloadMark(address, link.download);
  document.documentElement.append(frame);
  setTimeout(() => frame.remove(), frameLifeMs);
  return true;
}
