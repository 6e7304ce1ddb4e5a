/**
 * The bus between nodes, on NATS. Invariant: it comes back by itself however long it was gone, and whoever listened
 * before listens again; while it is gone nothing waits in it.
 */
import { limits, TunnelError } from "@culvert/protocol";
import {
  type ConnectionOptions,
  connect,
  type NatsConnection,
  NoRespondersError,
  RequestError,
} from "@nats-io/transport-node";
import type { Logger } from "../log/index.ts";
import type { Bus, BusAnswer, BusMessage } from "./bus.ts";

/** All subjects begin so: the bus may serve others too. */
const prefix = "culvert.";
/** An answer of a live node takes milliseconds. */
const requestMs = 3_000;
/** A bus that answers no ping for twice this time is gone. */
const pingMs = 2_000;
const reconnectMs = 250;

interface Listening {
  readonly subject: string;
  readonly listener: (message: BusMessage) => void;
  stop: () => void;
}

export class NatsBus implements Bus {
  readonly isShared = true;
  readonly #log: Logger;
  readonly #listening = new Set<Listening>();
  readonly #watchers = new Set<(isUp: boolean) => void>();
  #connection: NatsConnection | undefined;
  #isUp = false;
  #isClosed = false;

  private constructor(log: Logger) {
    this.#log = log;
  }

  /** A bus at one or several addresses, separated by commas. It may come up later: nodes start in any order. */
  static async open(natsUrl: string, log: Logger): Promise<NatsBus> {
    const options = optionsOf(natsUrl);
    const bus = new NatsBus(log);
    const connecting = connect(options).then((connection) => bus.#connected(connection));
    connecting.catch((thrown: unknown) => log.error({ err: thrown }, "the bus refused this node"));
    // What answers at once is there from the start.
    await Promise.race([connecting.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, pingMs))]);
    if (!bus.#isUp) log.warn("the bus does not answer yet: agents and viewers on different nodes cannot meet");
    return bus;
  }

  isUp(): boolean {
    return this.#isUp;
  }

  publish(subject: string, data: Uint8Array): void {
    if (this.#isUp) this.#connection?.publish(prefix + subject, data);
  }

  async request(subject: string, data: Uint8Array): Promise<BusAnswer> {
    if (!this.#isUp || this.#connection === undefined) return { type: "down" };
    try {
      const answer = await this.#connection.request(prefix + subject, data, { timeout: requestMs });
      return { type: "answer", data: answer.data };
    } catch (thrown) {
      const isNobody =
        thrown instanceof NoRespondersError || (thrown instanceof RequestError && thrown.isNoResponders());
      return { type: isNobody ? "nobody" : "down" };
    }
  }

  subscribe(subject: string, listener: (message: BusMessage) => void): () => void {
    const listening: Listening = { subject, listener, stop: () => undefined };
    this.#listening.add(listening);
    if (this.#connection !== undefined) this.#listen(this.#connection, listening);
    return () => {
      if (this.#listening.delete(listening)) listening.stop();
    };
  }

  watch(listener: (isUp: boolean) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watchers.clear();
    this.#isUp = false;
    await this.#connection?.close();
  }

  async #connected(connection: NatsConnection): Promise<void> {
    if (this.#isClosed) return connection.close();
    this.#connection = connection;
    for (const listening of this.#listening) this.#listen(connection, listening);
    this.#changed(true);
    void this.#follow(connection);
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (this.#isClosed) return;
      if (status.type === "disconnect" || status.type === "staleConnection") this.#changed(false);
      else if (status.type === "reconnect") this.#changed(true);
    }
  }

  #listen(connection: NatsConnection, listening: Listening): void {
    const subscription = connection.subscribe(prefix + listening.subject, {
      callback: (error, message) => {
        if (error !== null) return;
        listening.listener({
          subject: message.subject.slice(prefix.length),
          data: message.data,
          answer: (data) => void message.respond(data),
        });
      },
    });
    listening.stop = () => subscription.unsubscribe();
  }

  #changed(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    const { info } = this.#connection ?? {};
    if (isUp && info !== undefined && info.max_payload < limits.signalingPayloadBytes) {
      const needed = limits.signalingPayloadBytes;
      this.#log.error({ maxPayload: info.max_payload, needed }, "the bus takes only smaller messages than relays have");
    }
    this.#isUp = isUp;
    this.#log.info({ isUp }, isUp ? "the bus answers" : "the bus does not answer");
    for (const watcher of [...this.#watchers]) watcher(isUp);
  }
}

/** Addresses as nats://user:password@host:4222, or tls:// for TLS. Throws `invalid-request`. */
function optionsOf(natsUrl: string): ConnectionOptions {
  const urls = natsUrl.split(",").map((text) => (URL.canParse(text.trim()) ? new URL(text.trim()) : undefined));
  const [first] = urls;
  const isGood = urls.every((url) => url !== undefined && /^(nats|tls):$/.test(url.protocol) && url.hostname !== "");
  if (first === undefined || !isGood) {
    throw new TunnelError("invalid-request", "The bus's address does not begin with nats:// or tls://.", {
      hint: "Write it as in nats://user:password@host:4222",
    });
  }
  const [user, pass] = [decodeURIComponent(first.username), decodeURIComponent(first.password)];
  return {
    servers: urls.map((url) => url?.host ?? ""),
    ...(user !== "" && pass !== "" ? { user, pass } : {}),
    ...(user !== "" && pass === "" ? { token: user } : {}),
    ...(first.protocol === "tls:" ? { tls: {} } : {}),
    name: "culvert",
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: reconnectMs,
    reconnectJitter: reconnectMs,
    pingInterval: pingMs,
    maxPingOut: 2,
    timeout: pingMs,
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
  };
}
