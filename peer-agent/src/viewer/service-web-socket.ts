/**
 * The WebSocket interface (https://websockets.spec.whatwg.org/) over a tunnel.
 * Invariant: `close` comes last and once; messages keep their order both ways. Loss of a path is not seen here; loss of
 * the tunnel is a close with 1006.
 */
import { TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { mapOriginToApp, openWebSocket, tokenPattern, type WebSocketChannel } from "@culvert/protocol/http";
import { CloseEvent, ErrorEvent, MessageEvent } from "../network/undici-parts.ts";
import { pathOf, serviceUrl } from "./service-address.ts";
import type { ServiceContext } from "./service-context.ts";

/** What Node's own WebSocket takes beside subprotocols. */
export interface ServiceWebSocketInit {
  readonly protocols?: string | readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

type Handler<Received extends Event> = ((event: Received) => void) | null;

/** One socket; made by the class that `createWebSocketClass` gives. */
export class ServiceWebSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  binaryType: "blob" | "arraybuffer" = "blob";
  onopen: Handler<Event> = null;
  onmessage: Handler<MessageEvent> = null;
  /** Comes before `close` where the socket did not come to be; `error` says why. */
  onerror: Handler<ErrorEvent> = null;
  onclose: Handler<CloseEvent> = null;
  readonly extensions = "";
  #url: string;
  #protocol = "";
  #readyState: 0 | 1 | 2 | 3 = 0;
  #bufferedBytes = 0;
  #channel: WebSocketChannel | undefined;
  #stream: ByteStream | undefined;
  /** Messages go out one after another; a Blob is read before the next one is sent. */
  #sending: Promise<void> = Promise.resolve();

  constructor(
    ready: () => Promise<ServiceContext>,
    address: string | URL,
    init: string | readonly string[] | ServiceWebSocketInit,
  ) {
    super();
    const { protocols = [], headers = {} }: ServiceWebSocketInit =
      typeof init === "string" || isList(init) ? { protocols: init } : init;
    const wanted = typeof protocols === "string" ? [protocols] : [...protocols];
    if (wanted.some((each) => !tokenPattern.test(each)) || new Set(wanted).size < wanted.length) {
      throw new DOMException("a subprotocol is no token or is named twice", "SyntaxError");
    }
    this.#url = String(address);
    this.#run(ready, address, wanted, Object.entries(headers)).catch((thrown: unknown) => this.#lose(thrown));
  }

  get url(): string {
    return this.#url;
  }

  get protocol(): string {
    return this.#protocol;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  /** Bytes that are not inside the agent's window yet. */
  get bufferedAmount(): number {
    return this.#bufferedBytes;
  }

  /** Sends one message. Throws InvalidStateError before `open`; does nothing after the close began. */
  send(data: string | ArrayBuffer | ArrayBufferView | Blob): void {
    if (this.#readyState === 0) throw new DOMException("the socket is not open yet", "InvalidStateError");
    const size = sizeOf(data);
    this.#bufferedBytes += size;
    const channel = this.#channel;
    if (this.#readyState !== 1 || channel === undefined) return;
    const message = data instanceof Blob || typeof data === "string" ? data : copyOf(data);
    const before = this.#sending;
    // The window's back-pressure holds back nobody here: it shows in `bufferedAmount`, as in browsers.
    this.#sending = (async () => {
      await before;
      const ready = message instanceof Blob ? new Uint8Array(await message.arrayBuffer()) : message;
      await (typeof ready === "string" ? channel.sendText(ready) : channel.sendBinary(ready));
      this.#bufferedBytes -= size;
    })();
    // A stream that takes no more ends in its reading half.
    this.#sending.catch(() => {});
  }

  /** Closes after what was sent. Throws InvalidAccessError for a code other than 1000 and 3000–4999. Idempotent. */
  close(code?: number, reason = ""): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`${code} is no close code for an app`, "InvalidAccessError");
    }
    if (Buffer.byteLength(reason) > 123) throw new DOMException("the reason is longer than 123 bytes", "SyntaxError");
    if (this.#readyState >= 2) return;
    const channel = this.#channel;
    if (channel === undefined) {
      this.#readyState = 2;
      this.#stream?.reset("canceled");
      queueMicrotask(() => this.#lose(new TunnelError("canceled", "closed before it was open", { scope: "stream" })));
      return;
    }
    this.#readyState = 2;
    const closing = this.#sending.then(() => channel.close({ code: code ?? 1005, reason }));
    closing.catch(() => {});
  }

  async #run(
    ready: () => Promise<ServiceContext>,
    address: string | URL,
    protocols: string[],
    extra: [string, string][],
  ): Promise<void> {
    const { origin, jar, openStream } = await ready();
    const url = serviceUrl(address, origin);
    this.#url = url.href.replace(/^http/, "ws");
    const cookie = (await jar?.getCookieString(url.href)) ?? "";
    if (this.#readyState !== 0) return;
    const own = new Headers({ origin, ...(cookie === "" ? {} : { cookie }) });
    for (const [name, value] of extra) own.set(name, value);
    this.#stream = openStream();
    const headers = mapOriginToApp([...own], [origin]);
    const opened = await openWebSocket(this.#stream, { path: pathOf(url), headers, protocols });
    if (this.#readyState !== 0) return;
    if (opened.type === "refused") {
      throw new TunnelError("unsupported", `the app answered ${opened.head.status} to the upgrade`, {
        scope: "stream",
      });
    }
    for (const [name, value] of opened.answer.headers) {
      if (name.toLowerCase() === "set-cookie") await jar?.setCookie(value, url.href).catch(() => {});
    }
    this.#protocol = opened.answer.protocol;
    this.#channel = opened.channel;
    this.#readyState = 1;
    this.#emit(new Event("open"), this.onopen);
    await this.#receiveAll(opened.channel);
  }

  async #receiveAll(channel: WebSocketChannel): Promise<void> {
    for (;;) {
      const event = await channel.receive();
      if (event.type === "close") {
        const { code, reason } = event.close;
        if (code !== 1006) await channel.close(event.close).catch(() => {});
        this.#end(code, reason);
        return;
      }
      // Between the close that was asked for and its answer, messages are dropped.
      if (this.#readyState !== 1) continue;
      const data = event.type === "text" ? event.text : this.#binary(event.bytes);
      this.#emit(new MessageEvent("message", { data }), this.onmessage);
    }
  }

  #binary(bytes: Uint8Array): ArrayBuffer | Blob {
    const owned = copyOf(bytes);
    return this.binaryType === "blob" ? new Blob([owned]) : owned.buffer;
  }

  #lose(thrown: unknown): void {
    if (this.#readyState === 3) return;
    this.#stream?.reset("canceled");
    const error = TunnelError.from(thrown);
    this.#readyState = 3;
    this.#emit(new ErrorEvent("error", { error, message: error.message }), this.onerror);
    this.#end(1006, "");
  }

  #end(code: number, reason: string): void {
    this.#readyState = 3;
    this.#emit(new CloseEvent("close", { code, reason, wasClean: code !== 1006 }), this.onclose);
  }

  /** Listeners first, then the `on…` handler; one that throws is reported as uncaught, as EventTarget does. */
  #emit<Sent extends Event>(event: Sent, handler: Handler<Sent>): void {
    if (handler !== null) this.addEventListener(event.type, handler as (event: Event) => void, { once: true });
    this.dispatchEvent(event);
  }
}

/** The constructor of sockets over one tunnel, called as the global WebSocket is. */
export interface ServiceWebSocketClass {
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  new (address: string | URL, protocols?: string | readonly string[] | ServiceWebSocketInit): ServiceWebSocket;
}

/** The class of sockets whose streams `ready` gives. */
export function createWebSocketClass(ready: () => Promise<ServiceContext>): ServiceWebSocketClass {
  return class WebSocket extends ServiceWebSocket {
    constructor(address: string | URL, protocols: string | readonly string[] | ServiceWebSocketInit = []) {
      super(ready, address, protocols);
    }
  };
}

function isList(init: readonly string[] | ServiceWebSocketInit): init is readonly string[] {
  return Array.isArray(init);
}

function sizeOf(data: string | ArrayBuffer | ArrayBufferView | Blob): number {
  if (typeof data === "string") return Buffer.byteLength(data);
  return data instanceof Blob ? data.size : data.byteLength;
}

/** The caller may change its own bytes after `send`. */
function copyOf(data: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  const view = data instanceof ArrayBuffer ? new Uint8Array(data) : viewOf(data);
  return new Uint8Array(view);
}

function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
