/**
 * Opens a service in the App View page and keeps it open.
 * Invariant: what `onState` tells is made of the core's connection state, the boot's steps and the app origin's faults.
 */
import { codes, TunnelError } from "@culvert/protocol";
import type { RemoteSession } from "@culvert/protocol/signaling";
import type { AppSignInQuestion, AppView, AppViewOptions, AppViewState, SignInAnswer } from "../app-view-api.ts";
import type { ConnectionState, Fault } from "../core/connection-state.ts";
import type { ViewerCoreToPage } from "../core/core-messages.ts";
import { PeerConnections } from "../webrtc/peer-connection.ts";
import { AppFrame, appPath, CourierFrame } from "./app-frames.ts";
import { BootSteps } from "./boot-steps.ts";
import { type CoreHost, startCore } from "./core-host.ts";
import { InspectorLink } from "./inspector-link.ts";
import { watchWaking } from "./wake-watch.ts";

/** The app origin's worker takes no longer to start, or it never will. */
const workerWaitMs = 20_000;

/** Opens an app view. Faults show in `onState`; nothing is thrown. */
export function openAppView(options: AppViewOptions): AppView {
  return new RunningAppView(options);
}

class RunningAppView implements AppView {
  readonly #options: AppViewOptions;
  readonly #bootId = crypto.randomUUID();
  readonly #steps = new BootSteps(() => performance.now());
  readonly #core: CoreHost;
  readonly inspector: InspectorLink;
  readonly #peers: PeerConnections;
  readonly #onPageHide = (): void => this.close();
  #connection: ConnectionState = { phase: "connecting" };
  #appOriginFault: Fault | undefined;
  #appOrigin: string | undefined;
  #session: RemoteSession | undefined;
  #path: string;
  /** False while the path is one that a foreign page chose. */
  #isPersons: boolean;
  #courier: CourierFrame | undefined;
  #frame: AppFrame | undefined;
  #workerTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #stopWatching: () => void;
  #closed = false;

  constructor(options: AppViewOptions) {
    this.#options = options;
    this.#path = appPath(options.initialPath);
    this.#isPersons = options.isForeignOpening !== true;
    this.#core = startCore({
      onMessage: (message) => this.#receive(message),
      onBroken: (message) => this.#fail("internal", `The core of the App View did not start: ${message}`),
    });
    this.inspector = new InspectorLink((message) => this.#core.send(message));
    this.#peers = new PeerConnections((message) => this.#core.send(message));
    window.addEventListener("pagehide", this.#onPageHide);
    this.#stopWatching = watchWaking(() => this.#core.send({ type: "awake" }));
    // Losing the device key means approving this device again.
    navigator.storage?.persist?.().catch(() => {});
    this.#core.send({
      type: "start",
      bootId: this.#bootId,
      accountId: options.accountId,
      dashboardOrigin: location.origin,
      appViewUrl: location.origin + location.pathname,
      ...(options.alsoFinal === undefined ? {} : { alsoFinal: options.alsoFinal }),
      ...(options.socketProtocols === undefined ? {} : { needsSocketProtocols: true }),
    });
  }

  get state(): AppViewState {
    const steps = this.#steps.list;
    if (this.#closed) return { phase: "closed" };
    if (this.#appOriginFault !== undefined) return { phase: "failed", ...this.#appOriginFault, steps };
    return this.#connection.phase === "closed" ? { phase: "closed" } : { ...this.#connection, steps };
  }

  get appOrigin(): string | undefined {
    return this.#appOrigin;
  }

  navigate(path: string): void {
    this.#path = appPath(path);
    this.#isPersons = true;
    this.#frame?.navigate(this.#path, true);
  }

  reload(): void {
    this.#frame?.navigate(this.#path, true);
  }

  retry(): void {
    if (this.#appOriginFault !== undefined) {
      this.#appOriginFault = undefined;
      this.#openAppOrigin();
    }
    this.#core.send({ type: "retry" });
    this.#tell();
  }

  answerSignIn(questionId: number, answer: SignInAnswer | undefined): void {
    this.#core.send({ type: "sign-in-answer", questionId, answer });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    window.removeEventListener("pagehide", this.#onPageHide);
    this.#stopWatching();
    clearTimeout(this.#workerTimer);
    // A page that goes takes its core with it, mostly before its last words: signaling tells the agent in any case.
    if (this.#session !== undefined) this.#options.endSession?.(this.#session);
    this.#core.send({ type: "close" });
    this.#core.end();
    this.inspector.close();
    this.#peers.close();
    this.#courier?.remove();
    this.#frame?.remove();
    this.#options.onState(this.state);
  }

  #receive(message: ViewerCoreToPage): void {
    if (this.#closed) return;
    switch (message.type) {
      case "need-session":
        void this.#createSession(message.requestId, message.deviceKey);
        return;
      case "step":
        this.#steps.mark(message.step, message.state);
        this.#tell();
        return;
      case "connection":
        this.#connection = message.state;
        this.#tell();
        return;
      case "paths":
        this.#options.onPaths?.(message.paths);
        return;
      case "figures":
        this.#options.onFigures?.(message.figures);
        return;
      case "inspected":
      case "inspected-detail":
      case "inspected-repeat":
      case "inspect-failed":
        this.inspector.receive(message);
        return;
      case "answered":
        this.#steps.mark("app", "done");
        this.#tell();
        return;
      case "location":
        this.#path = message.location.path;
        this.#options.onLocation(message.location);
        return;
      case "icon":
        this.#options.onIcon?.(message.icon);
        return;
      case "trouble":
        this.#options.onTrouble?.(message.trouble);
        return;
      case "sign-in":
        this.#takeQuestions(message.questions);
        return;
      default:
        this.#peers.handle(message);
    }
  }

  /** A page that asks nobody leaves the app to what it shows then. */
  #takeQuestions(questions: readonly AppSignInQuestion[]): void {
    if (this.#options.onSignIn !== undefined) this.#options.onSignIn(questions);
    else for (const { questionId } of questions) this.answerSignIn(questionId, undefined);
  }

  async #createSession(requestId: number, deviceKey: string): Promise<void> {
    try {
      const session = await this.#options.createSession(deviceKey);
      this.#session = session;
      // The page was left meanwhile.
      if (this.#closed) this.#options.endSession?.(session);
      this.#takeAppOrigin(session);
      const socketProtocols = (await this.#options.socketProtocols?.()) ?? [];
      this.#core.send({ type: "session", requestId, session, socketProtocols });
    } catch (fault) {
      const { code, message, hint } = TunnelError.from(fault);
      this.#core.send({ type: "session-failed", requestId, code, message, hint });
    }
  }

  #takeAppOrigin({ appOrigin }: RemoteSession): void {
    if (this.#appOrigin !== undefined || this.#closed) return;
    // On the dashboard's own origin an app could read everything that is kept from it.
    if (new URL(appOrigin).origin !== appOrigin || appOrigin === location.origin) {
      throw new TunnelError("protocol-error", "The app was not given an origin of its own.");
    }
    this.#appOrigin = appOrigin;
    this.#openAppOrigin();
  }

  #openAppOrigin(): void {
    if (this.#appOrigin === undefined) return;
    this.#courier?.remove();
    this.#steps.mark("worker", "running");
    clearTimeout(this.#workerTimer);
    this.#workerTimer = setTimeout(() => {
      this.#fail("timeout", "The app's own origin did not start. Its address may not be reachable from here.");
    }, workerWaitMs);
    this.#courier = new CourierFrame(this.#options.container, this.#appOrigin, {
      onNeedPort: () => this.#sendPort(),
      onWorkerReady: () => this.#showApp(),
      onFailed: (message) => this.#fail("unsupported", message),
    });
  }

  #sendPort(): void {
    const { port1, port2 } = new MessageChannel();
    const lock = this.#courier?.lock;
    this.#core.send({ type: "worker-port", port: port1, ...(lock !== undefined && { lock }) });
    this.#courier?.sendPort(this.#bootId, port2);
  }

  #showApp(): void {
    clearTimeout(this.#workerTimer);
    this.#appOriginFault = undefined;
    if (this.#frame !== undefined || this.#appOrigin === undefined || this.#closed) return;
    this.#steps.mark("worker", "done");
    this.#steps.mark("app", "running");
    this.#frame = new AppFrame(this.#options.container, this.#appOrigin, this.#bootId);
    this.#frame.navigate(this.#path, this.#isPersons);
    this.#tell();
  }

  #fail(code: Fault["code"], message: string): void {
    if (this.#frame === undefined) this.#steps.mark("worker", "failed");
    this.#appOriginFault = { code, message, hint: codes[code].hint || "Try again, or use another browser." };
    this.#tell();
  }

  #tell(): void {
    if (!this.#closed) this.#options.onState(this.state);
  }
}
