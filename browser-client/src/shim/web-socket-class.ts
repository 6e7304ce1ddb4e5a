/**
 * The page's WebSocket: the native constructor for foreign hosts, ours for the app's own. Invariant: it is the native
 * class to every observer. The prototype stays the native one and its members ask, object by object, whose it is, so
 * instanceof, subclasses, constants and names need no imitation.
 */
import { AppSocket } from "./app-socket.ts";
import { parseProtocols, parseWebSocketAddress } from "./web-socket-address.ts";

/** What the class needs of its page. */
export interface WebSocketSurroundings {
  /** Host and port of the app's origin. */
  readonly host: string;
  readonly origin: string;
  baseUrl(): string;
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

  const WebSocket = function (this: unknown, ...given: [(string | URL)?, (string | string[])?]): object {
    const [address, protocols] = given;
    if (new.target === undefined || address === undefined) return Reflect.apply(native as never, this, given);
    const parsed = parseWebSocketAddress(address, surroundings.baseUrl());
    if (parsed.host !== surroundings.host) return Reflect.construct(native, given, new.target);
    const names = parseProtocols(protocols);
    const target: EventTarget = Reflect.construct(realm.EventTarget, [], new.target);
    const port = surroundings.open(parsed.path, names);
    const { url } = parsed;
    const socket = new AppSocket({ target, port, url, origin: new URL(url).origin, protocols: names });
    sockets.set(target, socket);
    living.add(socket);
    target.addEventListener("close", () => living.delete(socket));
    return target;
  };
  Object.defineProperties(WebSocket, {
    ...Object.getOwnPropertyDescriptors(native),
    name: { value: "WebSocket", configurable: true },
  });
  Object.setPrototypeOf(WebSocket, Object.getPrototypeOf(native));
  native.prototype.constructor = WebSocket;
  adoptMembers(native.prototype, sockets);
  Object.defineProperty(realm, "WebSocket", { value: WebSocket, writable: true, configurable: true });
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
  const { send, close } = prototype;
  prototype.send = named("send", function (this: WebSocket, data: string | Blob | BufferSource) {
    const socket = sockets.get(this);
    return socket === undefined ? send.call(this, data) : socket.send(data);
  });
  prototype.close = named("close", function (this: WebSocket, ...given: [number?, string?]) {
    const socket = sockets.get(this);
    if (socket === undefined) return close.apply(this, given);
    const [code, reason] = given;
    // [Clamp] unsigned short and USVString.
    const number = code === undefined ? undefined : Math.min(65_535, Math.max(0, Math.round(Number(code)) || 0));
    return socket.close(number, reason === undefined ? undefined : String(reason).toWellFormed());
  });

  function adopt(on: WebSocket, name: string, ours: (socket: AppSocket) => Accessor): void {
    const theirs = Object.getOwnPropertyDescriptor(on, name) ?? {};
    const { set } = theirs;
    const accessor: PropertyDescriptor = {
      ...theirs,
      get(this: object) {
        const socket = sockets.get(this);
        return socket === undefined ? theirs.get?.call(this) : ours(socket).get();
      },
    };
    if (set !== undefined) {
      accessor.set = function (this: object, value: unknown) {
        const socket = sockets.get(this);
        if (socket === undefined) set.call(this, value);
        else ours(socket).set?.(value);
      };
    }
    Object.defineProperty(on, name, accessor);
  }
}

interface Accessor {
  get(): unknown;
  set?(value: unknown): void;
}

/** `onopen` and its kin: one listener per type, in its place since the first handler (html.spec.whatwg.org §8.1.8). */
function adoptHandler(prototype: WebSocket, type: string, sockets: WeakMap<object, AppSocket>): void {
  const theirs = Object.getOwnPropertyDescriptor(prototype, `on${type}`) ?? {};
  const handlers = new WeakMap<object, unknown>();
  Object.defineProperty(prototype, `on${type}`, {
    ...theirs,
    get(this: object) {
      return sockets.has(this) ? (handlers.get(this) ?? null) : theirs.get?.call(this);
    },
    set(this: EventTarget, value: unknown) {
      if (!sockets.has(this)) {
        theirs.set?.call(this, value);
        return;
      }
      const isFirst = !handlers.has(this);
      handlers.set(this, typeof value === "function" || (typeof value === "object" && value !== null) ? value : null);
      if (!isFirst) return;
      this.addEventListener(type, (event) => {
        const handler = handlers.get(this);
        if (typeof handler === "function") handler.call(this, event);
      });
    },
  });
}

function named<F extends (...given: never[]) => unknown>(name: string, method: F): F {
  return Object.defineProperty(method, "name", { value: name, configurable: true });
}
