/**
 * Images, scripts and other parts that script puts into frames that no service worker controls. Their bytes are asked
 * for by the document that shows the frame. Invariant: an element's address reads as the app wrote it.
 */
import { appAddress } from "./app-address.ts";
import { replaceAccessor, replaceMethod } from "./native-look.ts";
import { isUncontrolled } from "./realm-requests.ts";

/** The interfaces whose address is loaded at once, and the attribute that holds it. */
const loaders = {
  HTMLImageElement: "src",
  HTMLScriptElement: "src",
  HTMLMediaElement: "src",
  HTMLSourceElement: "src",
  HTMLInputElement: "src",
  HTMLLinkElement: "href",
} as const;

/** Routes the elements of `child`; `ask` fetches as the document that is controlled. */
export function installRealmElements(child: typeof globalThis, ask: (url: string) => Promise<Response>): void {
  const written = new WeakMap<object, string>();
  const pending = new WeakMap<object, Promise<void>>();
  for (const [name, attribute] of Object.entries(loaders)) {
    const { prototype } = child[name as keyof typeof loaders];
    replaceAccessor(prototype, attribute, {
      get: (native, self) => written.get(self) ?? native(),
      set: (native, self: Element, value) => load(self, String(value), native),
    });
  }
  replaceMethod(child.Element.prototype, "setAttribute", (native, self: Element, given: unknown[]) => {
    const [name, value] = given.map(String);
    const set = (address: unknown) => void Reflect.apply(native, self, [name, address]);
    if (name?.toLowerCase() === attributeOf(self)) return load(self, value ?? "", set);
    return Reflect.apply(native, self, given);
  });
  replaceMethod(child.HTMLImageElement.prototype, "decode", async (native, self: HTMLImageElement) => {
    await pending.get(self);
    return Reflect.apply(native, self, []);
  });
  replaceAccessor(child.HTMLImageElement.prototype, "complete", {
    get: (native, self) => !pending.has(self) && native(),
  });

  function load(element: Element, value: string, set: (address: string) => void): void {
    const url = appAddress(value, child.document.baseURI);
    written.delete(element);
    if (url === undefined || !isUncontrolled(child)) {
      set(value);
      return;
    }
    written.set(element, url);
    const loading = ask(url)
      .then((answer) => (answer.ok ? answer.blob() : undefined))
      .catch(() => undefined)
      .then((blob) => {
        if (pending.get(element) === loading) pending.delete(element);
        if (written.get(element) !== url) return;
        // An address that loads nothing: the element fails as it would have.
        set(blob === undefined ? "data:," : URL.createObjectURL(blob));
      });
    pending.set(element, loading);
  }

  function attributeOf(element: Element): string | undefined {
    for (const [name, attribute] of Object.entries(loaders)) {
      if (element instanceof child[name as keyof typeof loaders]) return attribute;
    }
    return undefined;
  }
}
