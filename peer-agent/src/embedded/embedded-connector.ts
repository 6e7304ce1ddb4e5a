/**
 * An agent inside somebody else's server. Invariants: it listens on no port, takes no signal, writes nowhere but into its
 * folder and changes nothing of the process around it; after `stop` nothing of it holds the process open.
 */
import { TunnelError } from "@culvert/protocol";
import type { RelayPolicy, ServerId, ServicePolicy, SupportedProtocol } from "@culvert/protocol/signaling";
import { createAgent } from "../agent/agent.ts";
import type { Agent } from "../agent/agent-api.ts";
import { loadTrust } from "../agent/agent-trust.ts";
import { keepSigningKeys, loadEnrolment, loadIdentity } from "../identity/index.ts";
import type { ServiceOptions, TargetOptions } from "../services/index.ts";
import { createWebRtcLibrary } from "../webrtc/library-choice.ts";
import type { LibraryChoice } from "../webrtc/library-choices.ts";
import type { WebRtcLibrary } from "../webrtc/webrtc-library.ts";
import { type ConnectorEvent, type ConnectorState, connectorEvent } from "./connector-state.ts";

export interface EmbeddedServerConnectorOptions {
  /** The folder that was enrolled. */
  readonly dataFolder: string;
  /** Where this server answers; `{type: "loopback", port}` is its own listening port. Nobody but this process learns it. */
  readonly primaryTarget: TargetOptions;
  /** What the dashboard opens. */
  readonly primaryService: {
    /** Lower-case letters, digits and hyphens; also a part of the app's address. */
    readonly serviceName: string;
    /** What viewers may use of it; `["http", "sse", "websocket"]` where it is left out. */
    readonly supportedProtocols?: readonly SupportedProtocol[] | undefined;
    /** Everything is allowed where none is given: the server's own login decides. */
    readonly policy?: ServicePolicy | undefined;
    /** How far the relay may carry it; `handshake-only` where it is left out. */
    readonly relayPolicy?: RelayPolicy | undefined;
  };
  readonly capabilities: { readonly remoteAccessEnabled: boolean };
  /** Further services beside the primary one. */
  readonly services?: readonly ServiceOptions[] | undefined;
  readonly webrtc?: LibraryChoice | undefined;
  /** Called for each event, in order, until `stop` has resolved. What it throws is nobody's: it is dropped. */
  onEvent?(event: ConnectorEvent): void;
}

/** A connector; it can be started again after a stop. */
export interface EmbeddedServerConnector {
  /** Undefined before the first start. */
  readonly serverId: ServerId | undefined;
  readonly state: ConnectorState;
  /** Viewers that have something open. */
  readonly viewers: number;
  /**
   * Resolves when it is in the dashboard; without network that may take long, and it goes on trying. Rejects with
   * `unauthenticated` where the folder is not enrolled, with the control plane's code where it will not have this server,
   * and with `canceled` by the signal or a stop; the signal does not stop it.
   */
  start(signal?: AbortSignal): Promise<void>;
  /** Turns remote access on or off; off ends what is open. */
  setCapabilities(capabilities: { readonly remoteAccessEnabled: boolean }): void;
  /** The server answers elsewhere now; tunnels stay. */
  setPrimaryTarget(target: TargetOptions): Promise<void>;
  /** Lets streams finish for `graceMs` (5 s where it is left out), then frees everything. Idempotent. */
  stop(graceMs?: number): Promise<void>;
}

const defaultGraceMs = 5_000;

/** Makes a connector. Nothing happens before `start`. */
export function createEmbeddedServerConnector(options: EmbeddedServerConnectorOptions): EmbeddedServerConnector {
  return new Connector(options);
}

class Connector implements EmbeddedServerConnector {
  readonly #options: EmbeddedServerConnectorOptions;
  #target: TargetOptions;
  #remoteAccessEnabled: boolean;
  #state: ConnectorState = "stopped";
  #serverId: ServerId | undefined;
  #agent: Agent | undefined;
  /** Settles when it is decided whether the control plane takes it. */
  #decided = Promise.withResolvers<void>();
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: EmbeddedServerConnectorOptions) {
    this.#options = options;
    this.#target = options.primaryTarget;
    this.#remoteAccessEnabled = options.capabilities.remoteAccessEnabled;
  }

  get serverId(): ServerId | undefined {
    return this.#serverId;
  }

  get state(): ConnectorState {
    return this.#state;
  }

  get viewers(): number {
    return this.#agent?.viewers ?? 0;
  }

  async start(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#stopping;
    this.#starting ??= this.#startAgent();
    await this.#starting;
    const canceled = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new TunnelError("canceled", "The start was given up.")), {
        once: true,
      });
    });
    await Promise.race([this.#decided.promise, canceled]);
  }

  setCapabilities({ remoteAccessEnabled }: { readonly remoteAccessEnabled: boolean }): void {
    this.#remoteAccessEnabled = remoteAccessEnabled;
    this.#agent?.setRemoteAccess(remoteAccessEnabled);
  }

  async setPrimaryTarget(target: TargetOptions): Promise<void> {
    this.#target = target;
    await this.#agent?.replaceServices(this.#services());
  }

  stop(graceMs = defaultGraceMs): Promise<void> {
    this.#stopping ??= this.#stopAgent(graceMs).finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  async #startAgent(): Promise<void> {
    const { dataFolder, webrtc = "auto" } = this.#options;
    this.#decided = Promise.withResolvers();
    this.#decided.promise.catch(() => {});
    try {
      const enrolment = await loadEnrolment(dataFolder);
      if (enrolment === undefined) throw notEnrolled();
      const identity = await loadIdentity(dataFolder);
      this.#serverId = identity.serverId;
      const library = await createWebRtcLibrary(webrtc);
      const agent = await orDisposed(library, () =>
        createAgent({
          ...{ identity, enrolment, library, trust: loadTrust(dataFolder), services: this.#services() },
          remoteAccessEnabled: this.#remoteAccessEnabled,
          onEvent: (event) => this.#tell(connectorEvent(event, this.#state)),
          onSigningKeys: (signingKeys) => void keepSigningKeys(dataFolder, [...signingKeys]),
        }),
      );
      this.#agent = agent;
      this.#tell({ type: "state", state: "connecting" });
      await agent.start();
    } catch (thrown) {
      this.#starting = undefined;
      throw thrown;
    }
  }

  async #stopAgent(graceMs: number): Promise<void> {
    await this.#starting?.catch(() => {});
    const agent = this.#agent;
    this.#starting = undefined;
    this.#agent = undefined;
    await agent?.stop(graceMs);
    this.#decided.reject(new TunnelError("canceled", "The connector was stopped."));
    if (this.#state !== "stopped") this.#tell({ type: "state", state: "stopped" });
  }

  #services(): ServiceOptions[] {
    const { primaryService, services = [] } = this.#options;
    const { serviceName: name, supportedProtocols, policy, relayPolicy } = primaryService;
    const isTcp = supportedProtocols?.every((protocol) => protocol === "tcp") === true && supportedProtocols.length > 0;
    const mode = isTcp ? "tcp" : "http";
    return [{ name, target: this.#target, mode, supportedProtocols, policy, relayPolicy }, ...services];
  }

  #tell(event: ConnectorEvent | undefined): void {
    if (event === undefined) return;
    if (event.type === "state") {
      this.#state = event.state;
      if (event.state === "online") this.#decided.resolve();
      if (event.state === "turned-away") this.#decided.reject(event.error);
    }
    try {
      this.#options.onEvent?.(event);
    } catch {
      // A listener's fault must not break a tunnel.
    }
  }
}

/** A library that is not taken keeps threads. */
async function orDisposed<Made>(library: WebRtcLibrary, make: () => Made): Promise<Made> {
  try {
    return make();
  } catch (thrown) {
    await library.dispose();
    throw thrown;
  }
}

function notEnrolled(): TunnelError {
  return new TunnelError("unauthenticated", "This server is not enrolled yet.", {
    hint: "Call redeemServerEnrollment with a code of the dashboard, or requestServerEnrollment, for this folder first.",
  });
}
