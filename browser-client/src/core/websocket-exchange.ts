/**
 * One WebSocket of a page: the shim's port on one side, a websocket stream on the other.
 * Invariant: exactly one of `close` and `failed` comes last; messages keep their order both ways; what the page has not
 * taken stays in the stream's window. Loss of a path is not seen here; loss of the tunnel is a close with 1006.
 */
import { limits, TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { openWebSocket, type WebSocketChannel } from "@culvert/protocol/http";
import {
  type PageToCore,
  type WebSocketToCore,
  type WebSocketToPage,
  webSocketCreditBytes,
} from "../ports/page-port.ts";
import type { ExchangeContext, ExchangePort } from "./exchange-context.ts";
import type { ExchangeRecord } from "./exchange-record.ts";
import type { PassedFrame } from "./kept-exchange.ts";
import { transferableCopy } from "./owned-bytes.ts";
import { webSocketToCoreSchema } from "./port-schemas.ts";
import { webSocketHeaders } from "./request-headers.ts";

/** The agent tells an upgrade as such, not by its number. */
const switchingProtocols = 101;

const messageSchema = webSocketToCoreSchema(limits.webSocketMessageBytes);

/** What a page asks for. */
export type WebSocketRequest = Omit<Extract<PageToCore, { type: "open-websocket" }>, "type" | "port">;

/** Runs one WebSocket from its opening to its close. */
export class WebSocketExchange {
  readonly #request: WebSocketRequest;
  readonly #port: ExchangePort<WebSocketToPage>;
  readonly #context: ExchangeContext;
  readonly #record: ExchangeRecord;
  #stream: ByteStream | undefined;
  #channel: WebSocketChannel | undefined;
  #finished = false;
  #sentBytes = 0;
  #deliveredBytes = 0;
  #limit = webSocketCreditBytes;
  #wake: (() => void) | undefined;

  constructor(request: WebSocketRequest, port: ExchangePort<WebSocketToPage>, context: ExchangeContext) {
    this.#request = request;
    this.#port = port;
    this.#context = context;
    this.#record = context.log.begin({
      ...{ kind: "websocket", method: "GET", path: request.path, destination: "websocket" },
    });
    port.onmessage = ({ data }) => this.#receive(data);
  }

  /** Resolves when the WebSocket is closed, however. */
  async run(): Promise<void> {
    try {
      await this.#open();
      while (!this.#finished) await this.#deliverNext();
    } catch (fault) {
      this.#lose(TunnelError.from(fault));
    }
  }

  /** The page is gone: the target sees 1001. Nothing is posted after. Idempotent. */
  cancel(): void {
    if (this.#finished) return;
    if (this.#channel === undefined) this.#stream?.reset("canceled");
    this.#channel?.close({ code: 1001, reason: "" }).catch(() => {});
    this.#channel?.stream.stop("canceled");
    this.#finish();
  }

  async #open(): Promise<void> {
    const { path, protocols, origin } = this.#request;
    const { appOrigin, cookies, identity, signIn } = this.#context;
    const stream = await this.#context.openStream("websocket");
    this.#stream = stream;
    if (this.#finished) {
      stream.reset("canceled");
      return;
    }
    const cookie = cookies.headerFor(path, origin === appOrigin ? "strict" : "none");
    const authorization = origin === appOrigin ? signIn.authorizationFor(path) : undefined;
    const headers = webSocketHeaders({ ...identity, appOrigin, cookie, authorization }, origin);
    this.#record.sent(headers, false);
    const opened = await openWebSocket(stream, { path, headers, protocols: [...protocols] });
    this.#record.answered(opened.type === "refused" ? opened.head : { ...opened.answer, status: switchingProtocols });
    if (this.#finished) {
      stream.reset("canceled");
    } else if (opened.type === "refused") {
      this.#end({ type: "failed", message: `the app answered ${opened.head.status}` });
    } else {
      this.#takeCookies(opened.answer.headers);
      this.#channel = opened.channel;
      this.#port.postMessage({ type: "open", protocol: opened.answer.protocol });
    }
  }

  async #deliverNext(): Promise<void> {
    const event = await this.#channel?.receive();
    if (event === undefined || this.#finished) return;
    if (event.type === "close") {
      const { code, reason } = event.close;
      const wasClean = code !== 1006;
      this.#recordClose("received", event.close);
      if (wasClean) await this.#channel?.close({ code, reason }).catch(() => {});
      this.#end({ type: "close", code, reason, wasClean });
      return;
    }
    while (this.#deliveredBytes >= this.#limit && !this.#finished) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#finished) return;
    const sizeBytes = event.type === "text" ? utf8Bytes(event.text) : event.bytes.length;
    this.#deliveredBytes += sizeBytes;
    const text = event.type === "text" ? event.text : null;
    this.#record.message({ direction: "received", type: event.type, sizeBytes, label: "", text });
    if (event.type === "text") {
      this.#port.postMessage({ type: "text", text: event.text });
    } else {
      const bytes = transferableCopy(event.bytes);
      this.#port.postMessage({ type: "binary", bytes }, [bytes.buffer]);
    }
  }

  #receive(data: unknown): void {
    const message = messageSchema.safeParse(data);
    if (message.success) this.#obey(message.data);
    else this.#lose(new TunnelError("protocol-error", "the page sent a message that the core cannot read"));
  }

  #obey(message: WebSocketToCore): void {
    switch (message.type) {
      case "credit":
        this.#limit = Math.max(this.#limit, message.limit);
        this.#wake?.();
        this.#wake = undefined;
        return;
      case "close":
        if (this.#channel === undefined) this.#giveUp("closed before it was open");
        else this.#channel.close({ code: message.code, reason: message.reason }).catch(() => {});
        this.#recordClose("sent", message);
        return;
      case "text":
        this.#send({ ...message, sizeBytes: utf8Bytes(message.text) }, this.#channel?.sendText(message.text));
        return;
      case "binary":
        this.#send(
          { type: "binary", text: null, sizeBytes: message.bytes.length },
          this.#channel?.sendBinary(message.bytes),
        );
    }
  }

  #recordClose(direction: "sent" | "received", { code, reason }: { readonly code: number; readonly reason: string }) {
    this.#record.message({ direction, type: "close", sizeBytes: utf8Bytes(reason), label: String(code), text: reason });
  }

  #send(message: Pick<PassedFrame, "type" | "sizeBytes" | "text">, sent: Promise<void> | undefined): void {
    this.#record.message({ ...message, direction: "sent", label: "" });
    this.#count(message.sizeBytes, sent);
  }

  /** A message counts as sent when it is inside the agent's window; a fault shows on the receiving side. */
  #count(sizeBytes: number, sent: Promise<void> | undefined): void {
    sent?.then(
      () => {
        this.#sentBytes += sizeBytes;
        if (!this.#finished) this.#port.postMessage({ type: "sent", bytes: this.#sentBytes });
      },
      () => {},
    );
  }

  #takeCookies(headers: readonly (readonly [string, string])[]): void {
    const setCookies = headers.filter(([name]) => name.toLowerCase() === "set-cookie").map(([, value]) => value);
    this.#context.cookies.takeResponse(setCookies, this.#request.path);
  }

  #lose(error: TunnelError): void {
    if (this.#finished) return;
    this.#record.failed(error);
    if (this.#channel === undefined) {
      this.#giveUp(error.message);
    } else {
      this.#channel.abort("canceled");
      this.#end({ type: "close", code: 1006, reason: "", wasClean: false });
    }
  }

  #giveUp(message: string): void {
    this.#stream?.reset("canceled");
    this.#end({ type: "failed", message });
  }

  #end(last: WebSocketToPage): void {
    if (this.#finished) return;
    this.#port.postMessage(last);
    this.#finish();
  }

  #finish(): void {
    this.#finished = true;
    this.#record.end();
    this.#wake?.();
    this.#port.onmessage = null;
    this.#port.close();
  }
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
