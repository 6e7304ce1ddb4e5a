/**
 * The page's WebSocket: the native constructor for foreign hosts, ours for the app's own. Invariant: it is the native
 * class to every observer. The prototype stays the native one and its members ask, object by object, whose it is, so
 * instanceof, subclasses, constants and names need no imitation.
 */
import { isLoopbackName } from "../ports/loopback-names.ts";
import { place } from "./app-address.ts";
import { AppSocket } from "./app-socket.ts";
import { replaceAccessor, replaceConstructor, replaceMethod } from "./native-look.ts";
import { parseProtocols, parseWebSocketAddress } from "./web-socket-address.ts";

/** What the class needs of its page. */
export interface WebSocketSurroundings {
  /** Host and port of the app's origin. */
  readonly host: string;
  readonly origin: string;
  baseUrl(): string;
  /** A native one is about to be opened. */
  onForeign?(url: URL): void;
  /** Opens a WebSocket at the core; gives the shim's end of its port. */
  open(path: string, protocols: readonly string[]): MessagePort;
}

/** Puts the class into a realm; gives the sockets that live, for the page's end. */
export function installWebSocket(
  realm: typeof globalThis,
  surroundings: WebSocketSurroundings,
): ReadonlySet<AppSocket> {
  const native = realm.WebSocket;
  const sockets = new WeakMap<object, AppSocket>();
  const living = new Set<AppSocket>();

  replaceConstructor(realm, "WebSocket", (_native, given: unknown[], newTarget) => {
    const [address, protocols] = given as [(string | URL)?, (string | string[])?];
    if (address === undefined) return Reflect.construct(native, given, newTarget);
    const parsed = parseWebSocketAddress(address, surroundings.baseUrl());
    const foreign = new URL(parsed.url);
    if (parsed.host !== surroundings.host && !isLoopbackName(foreign, place.loopbackPort)) {
      surroundings.onForeign?.(foreign);
      return Reflect.construct(native, given, newTarget);
    }
    const names = parseProtocols(protocols);
    const target: EventTarget = Reflect.construct(realm.EventTarget, [], newTarget);
    const port = surroundings.open(parsed.path, names);
    const { url } = parsed;
    const socket = new AppSocket({ target, port, url, origin: new URL(url).origin, protocols: names });
    sockets.set(target, socket);
    living.add(socket);
    target.addEventListener("close", () => living.delete(socket));
    return target;
  });
  adoptMembers(native.prototype, sockets);
  return living;
}

const attributes = ["url", "readyState", "bufferedAmount", "extensions", "protocol"] as const;

function adoptMembers(prototype: WebSocket, sockets: WeakMap<object, AppSocket>): void {
  for (const name of attributes) adopt(prototype, name, (socket) => ({ get: () => socket[name] }));
  adopt(prototype, "binaryType", (socket) => ({
    get: () => socket.binaryType,
    set: (value) => {
      if (value === "blob" || value === "arraybuffer") socket.binaryType = value;
    },
  }));
  for (const type of ["open", "error", "close", "message"]) adoptHandler(prototype, type, sockets);
  replaceMethod(prototype, "send", (native, self: WebSocket, given: unknown[]) => {
    const socket = sockets.get(self);
    if (socket === undefined || given.length === 0) return Reflect.apply(native, self, given);
    return socket.send(given[0] as string | Blob | BufferSource);
  });
  replaceMethod(prototype, "close", (native, self: WebSocket, given: unknown[]) => {
    const socket = sockets.get(self);
    if (socket === undefined) return Reflect.apply(native, self, given);
    const [code, reason] = given;
    // [Clamp] unsigned short and USVString.
    const number = code === undefined ? undefined : Math.min(65_535, Math.max(0, Math.round(Number(code)) || 0));
    return socket.close(number, reason === undefined ? undefined : String(reason).toWellFormed());
  });

  function adopt(on: WebSocket, name: string, ours: (socket: AppSocket) => Accessor): void {
    replaceAccessor(on, name, {
      get: (native, self) => {
        const socket = sockets.get(self);
        return socket === undefined ? native() : ours(socket).get();
      },
      set: (native, self, value) => {
        const socket = sockets.get(self);
        if (socket === undefined) native(value);
        else ours(socket).set?.(value);
      },
    });
  }
}

interface Accessor {
  get(): unknown;
  set?(value: unknown): void;
}

/** `onopen` and its kin: one listener per type, in its place since the first handler (html.spec.whatwg.org §8.1.8). */
function adoptHandler(prototype: WebSocket, type: string, sockets: WeakMap<object, AppSocket>): void {
  const handlers = new WeakMap<object, unknown>();
  replaceAccessor(prototype, `on${type}`, {
    get: (native, self) => (sockets.has(self) ? (handlers.get(self) ?? null) : native()),
    set: (native, self: EventTarget, value) => {
      if (!sockets.has(self)) {
        native(value);
        return;
      }
      const isFirst = !handlers.has(self);
      handlers.set(self, typeof value === "function" || (typeof value === "object" && value !== null) ? value : null);
      if (!isFirst) return;
      self.addEventListener(type, (event) => {
        const handler = handlers.get(self);
        if (typeof handler === "function") handler.call(self, event);
      });
    },
  });
}
