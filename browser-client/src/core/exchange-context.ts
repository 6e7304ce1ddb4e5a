/** What every exchange with the app origin is given: one service's means, fixed by the core. */
import type { ByteStream, Clock } from "@culvert/protocol/endpoint";
import type { AppSignIn } from "./app-sign-in.ts";
import type { ServiceCookies } from "./cookie-jar.ts";
import type { ExchangeLog } from "./exchange-log.ts";
import type { BrowserIdentity } from "./request-headers.ts";

/** The means of one service. Nothing in here is named by the app origin. */
export interface ExchangeContext {
  readonly appOrigin: string;
  readonly identity: BrowserIdentity;
  readonly cookies: ServiceCookies;
  readonly clock: Clock;
  /** Where requests are written down for the page. */
  readonly log: ExchangeLog;
  /** What a person signed in with, and the way to ask. */
  readonly signIn: AppSignIn;
  /**
   * A fresh stream of the service's tunnel; waits while there is no tunnel. Rejects with TunnelError where there will
   * be none.
   */
  openStream(kind: "http" | "websocket"): Promise<ByteStream>;
  /** Port of the machine's loopback by which the app's pages may name it, once the agent told one. */
  loopbackPort(): number | undefined;
  /** The first answer of the app came. */
  onAnswer(): void;
}

/** What of a MessagePort an exchange uses. */
export interface ExchangePort<Outgoing> {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(message: Outgoing, transfer?: Transferable[]): void;
  close(): void;
}
