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

/**
 * Watches a document. Gives what leads a frame that was put into it or has a new address; other loopback addresses, which lead
 * to the viewer's own machine, are reported there.
 */
export function installLoopbackLinks(
  realm: typeof globalThis,
  report: TroubleReport,
): (frame: HTMLIFrameElement) => void {
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

  return (frame) => {
    const { src } = frame;
    const address = mapped(src);
    if (address !== undefined) frame.setAttribute("src", address);
    else if (URL.canParse(src) && isLoopbackHost(new URL(src).hostname)) report("loopback", src);
  };
}
