/**
 * All WebSockets of this process: upgrades, signs of life, the end. Invariant: a socket that has not said who it is
 * holds one of `waitingSockets` places, and every socket is gone when `close` resolves.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Code, limits, TunnelError } from "@culvert/protocol";
import { viewerSocketProtocol } from "@culvert/protocol/signaling";
import { type WebSocket, WebSocketServer } from "ws";
import { failureOf } from "../api/failure.ts";
import { clientAddressOf, type TrustProxy, type TrustsHop, trustsHop } from "../config/index.ts";
import { serverLimits } from "../limits.ts";
import { addressKey, isOwnAddress } from "../rates/index.ts";
import { AgentSocket, type AgentSocketOptions } from "./agent-socket.ts";
import { LivePlaces } from "./live-places.ts";
import { type Admission, admitUpgrade, type UpgradeGateOptions } from "./upgrade-gate.ts";
import { ViewerSocket, type ViewerSocketOptions } from "./viewer-socket.ts";
import { WaitingPlaces } from "./waiting-places.ts";

/** What the sockets stand on. */
export type SignalingSocketsOptions = UpgradeGateOptions &
  Omit<AgentSocketOptions, "agentHosts"> &
  ViewerSocketOptions & {
    /** Whose X-Forwarded-For is believed. */
    readonly trustProxy: TrustProxy;
    /** Told of each upgrade that was refused. */
    readonly onRefused?: (code: Code) => void;
    /** Sockets of one account's viewers, and of one address, at this node. */
    readonly quotas: { readonly socketsPerAccount: number; readonly socketsPerAddress: number };
  };

/** An option that ws has and its types lack. */
const closing: object = { closeTimeout: serverLimits.closeMs };

/** How long a socket has for its goodbye when the server ends. */
const goodbyeMs = 1_000;

export class SignalingSockets {
  readonly #options: SignalingSocketsOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.signalingPayloadBytes,
    // A proof that came as a subprotocol is not what is spoken.
    handleProtocols: (offered) => (offered.has(viewerSocketProtocol) ? viewerSocketProtocol : false),
    ...closing,
  });
  readonly #sockets = new Set<AgentSocket | ViewerSocket>();
  readonly #pingTimer: NodeJS.Timeout;
  readonly #places = new WaitingPlaces();
  readonly #livePlaces = new LivePlaces();
  readonly #trusts: TrustsHop;
  #closing = false;

  constructor(options: SignalingSocketsOptions) {
    this.#options = options;
    this.#trusts = trustsHop(options.trustProxy);
    this.#pingTimer = setInterval(() => this.#ping(), serverLimits.pingMs);
  }

  /** Answers an upgrade: a socket or a refusal in HTTP. */
  async upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    // A connection that breaks while its cookie is looked up must not throw.
    stream.on("error", () => stream.destroy());
    try {
      if (this.#closing) throw goingDown();
      const address = clientAddressOf(request, this.#trusts);
      const leave = this.#places.take(address);
      if (leave === undefined) throw new TunnelError("limit-reached", "Too many are waiting.");
      // Who was sent away keeps the place until the connection is gone: closing must not be a way to hold many.
      stream.once("close", leave);
      if (!isOwnAddress(address)) this.#live(stream, addressKey(address), "Your address has");
      const admission = await admitUpgrade(request, this.#options);
      if (admission.kind === "viewer" && admission.viewer !== undefined) {
        this.#live(stream, admission.viewer.accountId, "Your account has");
      }
      if (this.#closing) throw goingDown();
      this.#server.handleUpgrade(request, stream, head, (socket) => this.#adopt(socket, admission, leave));
    } catch (thrown) {
      this.#options.onRefused?.(TunnelError.from(thrown).code);
      if (!(thrown instanceof TunnelError)) this.#options.log.error({ err: thrown }, "an upgrade failed");
      refuse(stream, thrown);
    }
  }

  /** True once nobody is taken in any more. */
  get isClosing(): boolean {
    return this.#closing;
  }

  /** How many sockets there are: agents', viewers', and those that have not said who they are. */
  get count(): number {
    return this.#sockets.size;
  }

  /**
   * Takes nobody in any more and sends agents to other nodes one by one, in any order, so that they do not all arrive
   * there at once. Viewers stay as long as they can: their relays end with their agent's move.
   */
  async drain(): Promise<void> {
    this.#closing = true;
    const agents = [...this.#sockets].filter((socket) => !isViewer(socket));
    for (let index = agents.length - 1; index > 0; index -= 1) {
      const other = Math.floor(Math.random() * (index + 1));
      [agents[index], agents[other]] = [agents[other], agents[index]] as [AgentSocket, AgentSocket];
    }
    const { drainStepMs, drainMs, drainsAtOnce } = serverLimits;
    const atOnce = Math.max(drainsAtOnce, Math.ceil(agents.length / (drainMs / drainStepMs)));
    for (let sent = 0; sent < agents.length; sent += atOnce) {
      for (const agent of agents.slice(sent, sent + atOnce)) agent.goAway();
      await new Promise((resolve) => setTimeout(resolve, drainStepMs));
    }
  }

  /** Says goodbye to all and cuts who does not answer. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#pingTimer);
    // Viewers first: they come back to a server that comes back, where `offline` would tell them to give up.
    const viewersFirst = [...this.#sockets].sort((left, right) => Number(isViewer(right)) - Number(isViewer(left)));
    for (const socket of viewersFirst) socket.goAway();
    const cut = setTimeout(() => {
      for (const socket of this.#server.clients) socket.terminate();
    }, goodbyeMs);
    const gone = [...this.#server.clients].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    await Promise.all(gone);
    clearTimeout(cut);
    this.#server.close();
  }

  /** Counts a socket for as long as its connection lasts. */
  #live(stream: Duplex, who: string, words: "Your address has" | "Your account has"): void {
    const { socketsPerAccount, socketsPerAddress } = this.#options.quotas;
    const most = words === "Your account has" ? socketsPerAccount : socketsPerAddress;
    const leave = this.#livePlaces.take(`${words} ${who}`, most, words);
    if (stream.destroyed) leave();
    else stream.once("close", leave);
  }

  #adopt(socket: WebSocket, admission: Admission, known: () => void): void {
    const { hostNames } = this.#options;
    const adopted =
      admission.kind === "agent"
        ? new AgentSocket(socket, { ...this.#options, agentHosts: hostNames.agentHosts }, known)
        : new ViewerSocket(socket, admission.viewer, this.#options, known);
    this.#sockets.add(adopted);
    socket.once("close", () => this.#sockets.delete(adopted));
  }

  #ping(): void {
    for (const socket of this.#sockets) socket.json.ping();
    this.#options.relays.endExpired();
    this.#options.relays.renewIceServers();
  }
}

function goingDown(): TunnelError {
  return new TunnelError("closed", "The server is going down.", { hint: "Try again in a moment." });
}

function isViewer(socket: AgentSocket | ViewerSocket): boolean {
  return socket instanceof ViewerSocket;
}

/**
 * Answers an upgrade with the product's error shape and ends the connection, on both sides: no timer of the HTTP server
 * watches it any more, so a client that keeps its half open would keep the connection.
 */
export function refuse(stream: Duplex, thrown: unknown): void {
  const { status, body } = failureOf(thrown);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} Refused`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  stream.once("finish", () => stream.destroy());
  stream.end(`${head.join("\r\n")}\r\n\r\n${text}`);
}
