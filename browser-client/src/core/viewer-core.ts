/**
 * The core of one App View: connection, cookie jar and the ports of the app origin, put together.
 * Invariant: keys, tokens and HttpOnly cookies are in here and leave by the tunnel alone.
 */
import { TunnelError } from "@culvert/protocol";
import { type Clock, createSystemClock, openTunnel } from "@culvert/protocol/endpoint";
import type { RemoteSession } from "@culvert/protocol/signaling";
import type { FromPeers, ToPeers } from "../webrtc/peer-messages.ts";
import { checkAgentKey } from "./agent-key.ts";
import { AppGateway } from "./app-gateway.ts";
import { AppSignIn } from "./app-sign-in.ts";
import { toBase64url } from "./base64url.ts";
import { ServiceCookies } from "./cookie-jar.ts";
import { CookieSync } from "./cookie-storage.ts";
import type { CoreStart, PageToViewerCore, ViewerCoreToPage, WorkerPort } from "./core-messages.ts";
import { loadDeviceKey } from "./device-key.ts";
import { EarlySocket } from "./early-socket.ts";
import type { ExchangeContext } from "./exchange-context.ts";
import { ExchangeLog } from "./exchange-log.ts";
import { Inspection } from "./inspection.ts";
import { PathMessages } from "./path-messages.ts";
import { joinRelay } from "./relay-join.ts";
import { SessionRequests } from "./session-requests.ts";
import { type Opening, ViewerConnection } from "./viewer-connection.ts";
import { webCryptoPrimitives } from "./web-crypto.ts";

/** Runs in a worker or in the page; `post` sends to the page. */
export class ViewerCore {
  readonly #post: (message: ViewerCoreToPage) => void;
  readonly #clock: Clock;
  readonly #sessions: SessionRequests;
  readonly #peers: PathMessages<FromPeers, ToPeers>;
  readonly #signIn: AppSignIn;
  readonly #log: ExchangeLog;
  readonly #inspection: Inspection;
  readonly #early = new EarlySocket((url) => new WebSocket(url, this.#sessions.socketProtocols));
  readonly #online = (): void => this.#connection?.retry();
  #connection: ViewerConnection | undefined;
  #context: ExchangeContext | undefined;
  #gateway: AppGateway | undefined;
  #sync: Promise<CookieSync> | undefined;
  /** Ports that came before the service's jar was loaded. */
  #earlyPorts: WorkerPort[] = [];
  #loopbackPort: number | undefined;
  #answered = false;
  #closed = false;

  constructor(post: (message: ViewerCoreToPage) => void) {
    this.#post = post;
    this.#clock = createSystemClock({
      now: () => performance.now(),
      setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
      clearTimeout: (timer) => clearTimeout(timer),
    });
    this.#signIn = new AppSignIn({
      clock: this.#clock,
      onQuestions: (questions) => post({ type: "sign-in", questions }),
      onUnsupported: (detail) => this.#gateway?.tellTrouble({ kind: "sign-in", detail }),
    });
    this.#log = new ExchangeLog({
      clock: this.#clock,
      wallMs: () => Date.now(),
      onFigures: (figures) => post({ type: "figures", figures }),
    });
    this.#inspection = new Inspection({
      ...{ log: this.#log, post, context: () => this.#context, loopbackPort: () => this.#loopbackPort },
    });
    this.#sessions = new SessionRequests(post);
    this.#peers = new PathMessages(post);
  }

  /** Takes a message of the page. */
  receive(message: PageToViewerCore): void {
    switch (message.type) {
      case "start":
        this.#start(message);
        return;
      case "session":
      case "session-failed":
        this.#sessions.settle(message);
        return;
      case "worker-port":
        if (this.#gateway === undefined) this.#earlyPorts.push(message);
        else this.#gateway.addWorker(message.port, message.lock);
        return;
      case "sign-in-answer":
        this.#signIn.answer(message.questionId, message.answer);
        return;
      case "retry":
        this.#connection?.retry();
        return;
      case "awake":
        this.#connection?.awake();
        return;
      case "close":
        this.#close();
        return;
      case "inspect":
      case "inspect-bodies":
      case "inspect-clear":
      case "inspect-detail":
      case "inspect-repeat":
        this.#inspection.receive(message);
        return;
      default:
        this.#peers.deliver(message);
    }
  }

  #start(start: CoreStart): void {
    const deviceKey = loadDeviceKey();
    deviceKey.catch(() => {});
    const connection = new ViewerConnection({
      ...(start.alsoFinal === undefined ? {} : { alsoFinal: start.alsoFinal }),
      clock: this.#clock,
      random: Math.random,
      peers: this.#peers,
      createSession: async () => this.#createSession(start, (await deviceKey).publicKey),
      joinRelay: ({ signalingUrl, signalingTicket }, signal, onIceServers) =>
        joinRelay({
          ...{ signalingUrl, signalingTicket, clock: this.#clock, signal, onIceServers },
          openSocket: (url) => this.#early.take(url),
        }),
      openTunnel: async (opening) => this.#openTunnel(opening, await deviceKey),
      onAppAddress: (loopbackPort) => {
        this.#loopbackPort = loopbackPort;
        this.#gateway?.tellAddress();
      },
      onSession: (session) => void this.#openGateway(start, session),
      onStep: (step, state) => this.#post({ type: "step", step, state }),
      onState: (state) => this.#post({ type: "connection", state }),
      onPaths: (paths) => this.#post({ type: "paths", paths }),
    });
    this.#connection = connection;
    globalThis.addEventListener("online", this.#online);
    connection.start();
  }

  async #createSession(start: CoreStart, deviceKey: Uint8Array): Promise<RemoteSession> {
    if (start.needsSocketProtocols === undefined) this.#early.open(start.dashboardOrigin);
    try {
      return await this.#sessions.request(toBase64url(deviceKey));
    } catch (fault) {
      this.#early.discard();
      throw fault;
    }
  }

  async #openTunnel(
    { session, path, pathId, supersedes }: Opening,
    deviceKey: Awaited<ReturnType<typeof loadDeviceKey>>,
  ) {
    const { sessionId, serverId, serviceId, relayPolicy, remoteSessionToken: token } = session;
    try {
      const agentNoiseKey = await checkAgentKey(serverId, session.agentPublicKey);
      return await openTunnel({
        ...{ sessionId, serverId, serviceId, relayPolicy, token, path, pathId, deviceKey, agentNoiseKey },
        ...(supersedes === undefined ? {} : { supersedes }),
        primitives: webCryptoPrimitives,
        clock: this.#clock,
      });
    } catch (fault) {
      path.close("path-failed", "the tunnel was not opened");
      throw fault;
    }
  }

  /** Once per core: a later session is of the same service. */
  async #openGateway(start: CoreStart, { serverId, serviceName, appOrigin }: RemoteSession): Promise<void> {
    if (this.#sync !== undefined || this.#closed) return;
    const cookies = new ServiceCookies(new URL(appOrigin).hostname);
    const { bootId, accountId, dashboardOrigin, appViewUrl } = start;
    const context: ExchangeContext = {
      appOrigin,
      cookies,
      clock: this.#clock,
      log: this.#log,
      signIn: this.#signIn,
      identity: { userAgent: navigator.userAgent, languages: navigator.languages },
      openStream: (kind: "http" | "websocket") => this.#openStream(kind),
      loopbackPort: () => this.#loopbackPort,
      onAnswer: () => this.#tellAnswered(),
    };
    this.#context = context;
    const gateway = new AppGateway(
      context,
      { bootId, dashboardOrigin, appViewUrl, serviceName },
      {
        onWorker: () => {},
        onLocation: (location) => this.#post({ type: "location", location }),
        onIcon: (icon) => this.#post({ type: "icon", icon }),
        onTrouble: (trouble) => this.#post({ type: "trouble", trouble }),
      },
    );
    this.#sync = CookieSync.start({ accountId, serverId, serviceName }, cookies, () => gateway.tellCookies());
    // Requests wait for the jar: the first one must carry its cookies.
    await this.#sync;
    this.#gateway = gateway;
    for (const { port, lock } of this.#earlyPorts.splice(0)) gateway.addWorker(port, lock);
    if (this.#closed) this.#closeGateway();
  }

  #openStream(kind: "http" | "websocket") {
    return this.#connection?.openStream(kind) ?? Promise.reject(new TunnelError("closed", "the App View was closed"));
  }

  #tellAnswered(): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#post({ type: "answered" });
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    globalThis.removeEventListener("online", this.#online);
    this.#connection?.close();
    this.#early.discard();
    this.#closeGateway();
  }

  #closeGateway(): void {
    this.#gateway?.close("closed", "The App View was closed.");
    void this.#sync?.then((sync) => sync.close());
  }
}
