/**
 * Links, forms, frames and new windows to the app by its loopback name (`http://localhost:3000/…`). A service worker sees no
 * navigation to another origin, so each is led to the app's origin as it begins. Invariant: an address reads as the app
 * wrote it before and after.
 */
import { isLoopbackHost } from "../ports/loopback-names.ts";
import { mappedAddress } from "./app-address.ts";
import { replaceMethod } from "./native-look.ts";
import type { TroubleReport } from "./trouble-report.ts";

/** What of the Navigation API is used; the DOM library has it not everywhere. */
interface NavigateEventLike extends Event {
  readonly destination: { readonly url: string };
  readonly navigationType: string;
}

/** Watches a document. Other loopback addresses, which lead to the viewer's own machine, are reported where framed. */
export function installLoopbackLinks(realm: typeof globalThis, report: TroubleReport): void {
  const { document } = realm;
  const mapped = (address: string | null) => mappedAddress(address, document.baseURI);
  /** The attribute leads to the app while the browser follows it. */
  const lead = (element: Element | null | undefined, attribute: string) => {
    const written = element?.getAttribute(attribute) ?? null;
    const address = mapped(written);
    if (address === undefined || written === null) return;
    element?.setAttribute(attribute, address);
    setTimeout(() => {
      if (element?.getAttribute(attribute) === address) element.setAttribute(attribute, written);
    });
  };
  for (const type of ["click", "auxclick"]) {
    realm.addEventListener(type, (event) => {
      const link = event.composedPath().find((target) => (target as Element).matches?.("a[href], area[href]"));
      if (!event.defaultPrevented) lead(link as Element | undefined, "href");
    });
  }
  replaceMethod(realm.HTMLElement.prototype, "click", (native, self: HTMLElement, given) => {
    // A click on a connected link reaches the listener above.
    if (!self.isConnected && self.localName === "a") lead(self, "href");
    return Reflect.apply(native, self, given);
  });
  realm.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    lead(event.target as Element, "action");
    lead((event as SubmitEvent).submitter, "formaction");
  });
  replaceMethod(realm.HTMLFormElement.prototype, "submit", (native, self: HTMLFormElement, given) => {
    lead(self, "action");
    return Reflect.apply(native, self, given);
  });
  replaceMethod(realm, "open", (native, self, [address, ...rest]: unknown[]) =>
    Reflect.apply(native, self, [address && (mapped(String(address)) ?? address), ...rest]),
  );
  // What is left: location, and meta refresh.
  (realm as { readonly navigation?: EventTarget }).navigation?.addEventListener("navigate", (event) => {
    const { destination, navigationType, cancelable } = event as NavigateEventLike;
    const address = mapped(destination.url);
    if (address === undefined || !cancelable) return;
    event.preventDefault();
    if (navigationType === "replace") realm.location.replace(address);
    else realm.location.assign(address);
  });
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      for (const node of type === "attributes" ? [target] : addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const frame of [node, ...node.querySelectorAll("iframe, frame")]) leadFrame(frame);
      }
    }
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });

  function leadFrame(frame: Element): void {
    if (!frame.matches("iframe, frame")) return;
    const { src } = frame as HTMLIFrameElement;
    const address = mapped(src);
    if (address !== undefined) frame.setAttribute("src", address);
    else if (URL.canParse(src) && isLoopbackHost(new URL(src).hostname)) {
      report("loopback", src, "A frame shows an address of this browser's own machine.");
    }
  }
}
