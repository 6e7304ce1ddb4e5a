/**
 * Realms that documents make without asking for a document: empty frames and popups, srcdoc, blob: and javascript: frames.
 * No tag of ours is in them. Browsers keep an empty frame's realm for the document of the same origin that follows it,
 * so what is patched as soon as a frame is there stays in force.
 */
import { replaceAccessor, replaceMethod } from "./native-look.ts";

type Realm = typeof globalThis;

/** Patches a child once; gives what is to be done when its frame is removed. */
export type Adopt = (child: Realm) => () => void;

/** Objects are not looked into: asking one for its window makes it load. */
const frames = "iframe, frame";

/** On the global of an adopted realm: takes the patches back. */
const mark = Symbol.for("culvert");

/** To be called by the shim in a document of its own: takes back what the parent patched while the frame was empty. */
export function leaveParent(realm: Realm): void {
  const takeBack = (realm as { [mark]?: () => void })[mark];
  if (takeBack === undefined) return;
  Reflect.deleteProperty(realm, mark);
  takeBack();
}

/** Watches a realm for children, and their children. */
export function watchChildRealms(root: Realm, adopt: Adopt): void {
  const watched = new WeakSet<Document>();
  const goodbyes = new WeakMap<Element, () => void>();
  // Taken before they are patched; they work on elements of every realm.
  const windowGetters = new Map(
    (["HTMLIFrameElement", "HTMLFrameElement"] as const).map((name) => [
      name.slice(4, -7).toLowerCase(),
      Object.getOwnPropertyDescriptor(root[name]?.prototype ?? {}, "contentWindow")?.get,
    ]),
  );
  watch(root);

  function watch(realm: Realm): void {
    for (const name of ["HTMLIFrameElement", "HTMLFrameElement"] as const) {
      for (const attribute of ["contentWindow", "contentDocument"]) {
        replaceAccessor(realm[name]?.prototype, attribute, {
          get: (native, self: Element) => {
            take(self);
            return native();
          },
        });
      }
    }
    replaceMethod(realm, "open", (native, self, given: unknown[]) => {
      const popup = Reflect.apply(native, self, given) as Window | null;
      if (popup !== null) takeWindow(popup);
      return popup;
    });
    watchDocument(realm.document);
  }

  function watchDocument(document: Document): void {
    if (watched.has(document)) return;
    watched.add(document);
    const takeAll = () => {
      for (const frame of document.querySelectorAll(frames)) take(frame);
    };
    takeAll();
    const isRoot = document === root.document;
    new MutationObserver((records) => {
      // Chromium gives a node that a record shows first to the realm of the observer. In a child it would no longer be
      // an instance of its own classes, so nodes there are asked for by their document.
      if (!isRoot) takeAll();
      else for (const record of records) takeFrom(record);
    }).observe(document, { childList: true, subtree: true });
    // What an empty frame became has a document of its own to be watched.
    const onLoad = ({ target }: Event) => take(target as Element);
    document.addEventListener("load", onLoad, true);
  }

  function takeFrom({ addedNodes, removedNodes }: MutationRecord): void {
    for (const frame of framesIn(addedNodes)) take(frame);
    for (const frame of framesIn(removedNodes)) if (!frame.isConnected) goodbyes.get(frame)?.();
  }

  function take(frame: Element): void {
    const window: Window | null | undefined = windowGetters.get(frame.localName)?.call(frame);
    const goodbye = window ? takeWindow(window) : undefined;
    if (goodbye !== undefined) goodbyes.set(frame, goodbye);
  }

  function takeWindow(window: Window): (() => void) | undefined {
    const child = window as unknown as Realm;
    try {
      // A document of the app brings the shim itself.
      if (/^https?:/.test(child.location.href) && !(mark in child)) return undefined;
    } catch {
      // Another origin.
      return undefined;
    }
    if (mark in child) {
      watchDocument(child.document);
      return undefined;
    }
    const takeBack = remember(child);
    Object.defineProperty(child, mark, { value: takeBack, configurable: true });
    const goodbye = adopt(child);
    watch(child);
    return goodbye;
  }
}

function framesIn(nodes: NodeList): readonly Element[] {
  return [...nodes].flatMap((node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return [];
    const element = node as Element;
    const inside = [...element.querySelectorAll(frames)];
    return element.matches(frames) ? [element, ...inside] : inside;
  });
}

const globals = ["WebSocket", "fetch", "XMLHttpRequest", "Worker", "SharedWorker", "open"];
const interfaces = [
  ...["WebSocket", "XMLHttpRequest", "Document", "Element", "SharedWorker", "HTMLIFrameElement", "HTMLFrameElement"],
  ...["HTMLImageElement", "HTMLScriptElement", "HTMLMediaElement", "HTMLSourceElement"],
  ...["HTMLInputElement", "HTMLLinkElement", "CookieStore"],
];

/** Everything of a realm that is patched, as it is now; gives what puts it back. */
function remember(realm: Realm): () => void {
  const named = realm as unknown as Record<string, { prototype: object } | undefined>;
  const kept: (readonly [object, string, PropertyDescriptor])[] = [];
  const keep = (owner: object, name: string) => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor?.configurable) kept.push([owner, name, descriptor]);
  };
  for (const name of globals) keep(realm, name);
  for (const name of ["createObjectURL", "revokeObjectURL"]) keep(realm.URL, name);
  for (const name of interfaces) {
    const prototype = named[name]?.prototype;
    if (prototype !== undefined) for (const member of Object.getOwnPropertyNames(prototype)) keep(prototype, member);
  }
  return () => {
    for (const [owner, name, descriptor] of kept) {
      const now = Object.getOwnPropertyDescriptor(owner, name);
      if (now?.value !== descriptor.value || now?.get !== descriptor.get || now?.set !== descriptor.set) {
        Object.defineProperty(owner, name, descriptor);
      }
    }
  };
}
