/** Tells the core where the app is: path, title and icon, for the App View's own bar. */
import type { PageToCore } from "../ports/page-port.ts";
import { replaceMethod } from "./native-look.ts";

/** Changes that come together are told together. */
const settleMs = 50;
/** As much as a bar can show; the core refuses more. */
const maxTitleLength = 1_024;
const maxPathLength = 8_192;

/** True for the document that an App View frames; the app's own inner frames and tabs of their own are not told. */
export function isFramedByDashboard(window: Window): boolean {
  if (window.parent === window) return false;
  try {
    return window.parent.origin !== window.origin;
  } catch {
    return true;
  }
}

/** Tells now and at every change. */
export function reportPageInfo(post: (message: PageToCore) => void): void {
  let told = "";
  let isPending = false;
  const tell = () => {
    isPending = false;
    const info = { path: currentPath(), title: document.title.slice(0, maxTitleLength), icon: currentIcon() };
    const key = JSON.stringify(info);
    if (key === told) return;
    told = key;
    post({ type: "page-info", ...info });
  };
  const soon = () => {
    if (isPending) return;
    isPending = true;
    setTimeout(tell, settleMs);
  };
  for (const name of ["pushState", "replaceState"] as const) {
    replaceMethod(History.prototype, name, (native, self, given) => {
      Reflect.apply(native, self, given);
      soon();
    });
  }
  for (const event of ["popstate", "hashchange", "load", "pageshow"]) window.addEventListener(event, soon);
  document.addEventListener("DOMContentLoaded", () => {
    soon();
    const head = document.head;
    if (head !== null)
      new MutationObserver(soon).observe(head, { childList: true, subtree: true, characterData: true });
  });
  tell();
}

function currentPath(): string {
  return (location.pathname + location.search + location.hash).slice(0, maxPathLength);
}

function currentIcon(): string {
  const href = document.querySelector<HTMLLinkElement>('link[rel~="icon"]')?.href ?? "";
  return href.length > maxPathLength ? "" : href;
}
