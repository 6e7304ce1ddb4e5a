/** The dashboard's live list: server-sent events, awaited one by one. */
import { type ClientRequest, request } from "node:http";
import { type ServerEvent, serverEventSchema } from "@culvert/protocol/signaling";
import type { Installation } from "./installation.ts";

export class EventReader {
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  readonly #request: ClientRequest;
  readonly #events: ServerEvent[] = [];
  readonly #waiting: ((event: ServerEvent) => void)[] = [];
  #text = "";

  constructor(installation: Installation) {
    const { port, host, cookie } = installation;
    const headers = { host, cookie, "sec-fetch-site": "same-origin", accept: "text/event-stream" };
    this.#request = request({ host: "127.0.0.1", port, path: "/api/servers/events", headers, agent: false });
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.#request.on("response", (response) => {
      response.on("end", ended.resolve);
      response.setEncoding("utf8");
      response.on("data", (text: string) => this.#read(text));
      response.on("error", () => undefined);
    });
    this.#request.on("error", () => undefined);
    this.#request.end();
  }

  /** The next event, in order. */
  next(): Promise<ServerEvent> {
    const event = this.#events.shift();
    if (event !== undefined) return Promise.resolve(event);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next state that is told of one server. */
  async nextState(): Promise<string> {
    const event = await this.next();
    if (event.type !== "server") throw new Error(`wanted server, got ${event.type}`);
    return event.server.state;
  }

  close(): void {
    this.#request.destroy();
  }

  #read(text: string): void {
    this.#text += text;
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end < 0) return;
      const lines = this.#text.slice(0, end).split("\n");
      this.#text = this.#text.slice(end + 2);
      const data = lines.find((line) => line.startsWith("data: "))?.slice(6);
      if (data === undefined) continue;
      const event = serverEventSchema.parse(JSON.parse(data));
      if (!lines.includes(`event: ${event.type}`)) throw new Error("an event's name is its type");
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#events.push(event);
      else waiting(event);
    }
  }
}
