/**
 * `<object>` and `<embed>`. A browser asks for what they show past the service worker, so the document's policy lets them
 * show blobs alone, and their bytes are asked for here. A document, whose own parts must be seen by the service worker,
 * is shown in a frame inside.
 */
import { appAddress } from "./app-address.ts";
import { replaceAccessor, replaceMethod } from "./native-look.ts";
import type { TroubleReport } from "./trouble-report.ts";

type Plugin = HTMLObjectElement | HTMLEmbedElement;

const shownBySource = "object, embed, iframe, frame";

/** Renders the elements of a realm's document, now and later; `leadFrame` is told of each frame, as it comes and changes. */
export function installPluginElements(
  realm: typeof globalThis,
  report: TroubleReport,
  leadFrame: (frame: HTMLIFrameElement) => void,
): void {
  const { document } = realm;
  const shown = new WeakMap<Element, { readonly url: string; readonly isDocument: boolean }>();
  const objects = realm.HTMLObjectElement.prototype;
  const frameIn = (self: Plugin, inner: unknown): HTMLIFrameElement | null =>
    shown.get(self)?.isDocument ? ((inner as Document | null)?.querySelector("iframe") ?? null) : null;
  replaceAccessor(objects, "data", { get: (native, self: Plugin) => shown.get(self)?.url ?? native() });
  replaceAccessor(realm.HTMLEmbedElement.prototype, "src", {
    get: (native, self: Plugin) => shown.get(self)?.url ?? native(),
  });
  replaceAccessor(objects, "contentDocument", {
    get: (native, self: Plugin) => frameIn(self, native())?.contentDocument ?? native(),
  });
  replaceAccessor(objects, "contentWindow", {
    get: (native, self: Plugin) => frameIn(self, (native() as Window | null)?.document)?.contentWindow ?? native(),
  });
  for (const prototype of [objects, realm.HTMLEmbedElement.prototype]) {
    replaceMethod(prototype, "getSVGDocument", (native, self: Plugin, given) => {
      const inner = Reflect.apply(native, self, given) as Document | null;
      return frameIn(self, inner)?.contentDocument ?? inner;
    });
  }
  // What the policy refused is on its way as a blob.
  const hide = (event: Event) => {
    if (event.target instanceof Element && shown.has(event.target) && !isShown(event.target)) {
      event.stopImmediatePropagation();
    }
  };
  realm.addEventListener("error", hide, true);
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      const nodes = type === "attributes" ? [target] : [...addedNodes];
      for (const node of nodes) if (node instanceof Element) renderIn(node);
    }
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data", "src"] });

  function renderIn(root: Element): void {
    for (const element of [root, ...root.querySelectorAll(shownBySource)]) {
      if (element.matches("iframe, frame")) leadFrame(element as HTMLIFrameElement);
      else if (element.matches(shownBySource)) render(element as Plugin);
    }
  }

  function render(element: Plugin): void {
    const url = appAddress(addressOf(element), document.baseURI);
    if (url === undefined || shown.get(element)?.url === url) return;
    if (element.localName !== "object" || document.readyState !== "loading") void show(element, url);
    // What may still be open belongs to the parser.
    else if (element.nextSibling === null) document.addEventListener("DOMContentLoaded", () => renew(element, url));
    else renew(element, url);
  }

  /** An object that came by the parser was refused already, and shows its fallback for good: another takes its place. */
  function renew(refused: Plugin, url: string): void {
    const element = refused.cloneNode() as Plugin;
    // What it would tell is over.
    refused.removeAttribute("onerror");
    void show(element, url);
    element.append(...refused.childNodes);
    refused.replaceWith(element);
  }

  async function show(element: Plugin, url: string): Promise<void> {
    const isDocument = isHtml(element.type);
    shown.set(element, { url, isDocument });
    // At once, before the browser has looked at the address.
    give(element, isDocument ? frameAround(url) : placeholder);
    if (isDocument) return;
    const blob = await bytesOf(url);
    if (shown.get(element)?.url !== url) return;
    if (blob === undefined) {
      report("embedded", url);
      return;
    }
    shown.set(element, { url, isDocument: isHtml(blob.type) });
    give(element, isHtml(blob.type) ? frameAround(url) : blob);
  }
}

/** Of a kind that stands for an image and for a document. */
const placeholder = new Blob([`<svg xmlns="http://www.w3.org/2000/svg"/>`], { type: "image/svg+xml" });

function give(element: Plugin, blob: Blob): void {
  element.setAttribute(element.localName === "object" ? "data" : "src", URL.createObjectURL(blob));
}

async function bytesOf(url: string): Promise<Blob | undefined> {
  try {
    const answer = await fetch(url);
    return answer.ok ? await answer.blob() : undefined;
  } catch {
    return undefined;
  }
}

function frameAround(url: string): Blob {
  const source = url.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const style = "html,body,iframe{margin:0;width:100%;height:100%;border:0;display:block}";
  return new Blob([`<!doctype html><style>${style}</style><iframe src="${source}"></iframe>`], { type: "text/html" });
}

function addressOf(element: Element): string {
  return element.getAttribute(element.localName === "object" ? "data" : "src") ?? "";
}

function isShown(element: Element): boolean {
  return addressOf(element).startsWith("blob:");
}

function isHtml(type: string): boolean {
  return /^(text\/html|application\/xhtml\+xml)\b/i.test(type);
}
