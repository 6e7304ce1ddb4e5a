/**
 * The kit: it listens where signaling would, waits for an agent or a viewer, and drives whichever joins first through
 * its suite.
 */
import { randomBytes } from "node:crypto";
import { protocolVersions } from "@culvert/protocol";
import { fromAgentSchema, redeemEnrollmentSchema } from "@culvert/protocol/signaling";
import { AgentStage } from "./agent-stage.ts";
import { agentCases } from "./cases/agent-cases.ts";
import { viewerCases } from "./cases/viewer-cases.ts";
import { ConformanceFailure } from "./conformance-case.ts";
import { serverIdOfKey, tokenKey, tokenKeyId } from "./kit-keys.ts";
import { type ApiCall, type PeerSocket, type StandInServer, startStandIn } from "./stand-in-server.ts";
import { type CaseResult, runSuite } from "./suite-runner.ts";
import { startTargetApp, type TargetApp } from "./target-app.ts";
import { ViewerStage } from "./viewer-stage.ts";

export type PeerRole = "agent" | "viewer";

export interface KitOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Port of the kit's app, which the agent is to offer; 0: any free one. `null`: the agent serves an app of its own. */
  readonly appPort: number | null;
  /** Only this role may join; either where it is left out. */
  readonly role?: PeerRole;
  /** Cases whose id holds one of these texts; all where it is empty. */
  readonly only: readonly string[];
  /** Keys of an agent that does not enrol here, base64url. */
  readonly agentKeys?: { readonly identityKey: string; readonly noiseKey: string };
  /** The service to open; the agent's primary one where it is left out. */
  readonly serviceName?: string;
  /** How long the kit waits for a peer to join. */
  readonly joinMs: number;
  /** How long a peer may take for anything that it must do. */
  readonly patienceMs: number;
  /** The kit listens; tell the peer's author where. */
  onListening?(addresses: { readonly url: string; readonly port: number; readonly appPort: number | null }): void;
  onJoined?(role: PeerRole, caseCount: number): void;
  onResult?(result: CaseResult): void;
}

/** What the run came to. */
export interface KitReport {
  readonly role: PeerRole;
  readonly results: readonly CaseResult[];
}

/** No suite could be run; `message` says what to do. */
export class KitFault extends Error {
  override readonly name = "KitFault";
}

/** Runs the kit once. Rejects with a KitFault where no peer can be driven; the listeners are gone then too. */
export async function runKit(options: KitOptions): Promise<KitReport> {
  const kit = new Kit(options);
  try {
    return await kit.run();
  } finally {
    await kit.stop();
  }
}

/** An agent to drive without a suite, such as for measuring. `stop` ends the listeners. Rejects as `runKit` does. */
export async function meetAgent(
  options: KitOptions,
): Promise<{ readonly stage: AgentStage; readonly stop: () => Promise<void> }> {
  const kit = new Kit({ ...options, role: "agent" });
  try {
    return { stage: await kit.meetAgent(), stop: () => kit.stop() };
  } catch (thrown) {
    await kit.stop();
    throw thrown;
  }
}

class Kit {
  readonly #options: KitOptions;
  readonly #agents: Promised<AgentStage> = promised();
  readonly #viewer: ViewerStage;
  #server: StandInServer | undefined;
  #app: TargetApp | undefined;
  #agentKeys: KitOptions["agentKeys"];
  #agent: AgentStage | undefined;
  #refusal: string | undefined;

  constructor(options: KitOptions) {
    this.#options = options;
    this.#agentKeys = options.agentKeys;
    this.#viewer = new ViewerStage(options.patienceMs);
  }

  async run(): Promise<KitReport> {
    const role = await this.#joined(await this.#listen());
    return role === "agent" ? this.#runAgent() : this.#runViewer();
  }

  async meetAgent(): Promise<AgentStage> {
    await this.#joined(await this.#listen());
    return this.#agentAgain();
  }

  /** Gives the address that peers join at. */
  async #listen(): Promise<string> {
    const { host, port, appPort, onListening } = this.#options;
    try {
      if (appPort !== null) this.#app = await startTargetApp(appPort);
      this.#server = await startStandIn(host, port, {
        onApiCall: (call) => this.#onApiCall(call),
        onAgent: (socket, hostHeader) => this.#onAgent(socket, hostHeader),
        onViewer: (socket) => this.#viewer.onSocket(socket),
      });
    } catch (thrown) {
      throw new KitFault(`cannot listen: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
    const { port: listening } = this.#server;
    const url = `ws://${host.includes(":") ? `[${host}]` : host}:${listening}`;
    this.#viewer.signalingUrl = `${url}/api/signaling/viewer`;
    onListening?.({ url, port: listening, appPort: this.#app?.port ?? null });
    return url;
  }

  async stop(): Promise<void> {
    this.#viewer.finish();
    await this.#server?.stop();
    await this.#app?.stop();
  }

  /** Which kind of peer joins first. */
  async #joined(url: string): Promise<PeerRole> {
    const { joinMs, role } = this.#options;
    const waits: Promise<PeerRole>[] = [];
    if (role !== "viewer") waits.push(this.#agents.first.then(() => "agent" as const));
    if (role !== "agent") waits.push(this.#viewer.asked.then(() => "viewer" as const));
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const seen = this.#refusal === undefined ? "" : ` ${this.#refusal}`;
      late.reject(new KitFault(`no ${role ?? "agent or viewer"} joined ${url} within ${joinMs / 1000} s.${seen}`));
    }, joinMs);
    try {
      return await Promise.race([...waits, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #runAgent(): Promise<KitReport> {
    const cases = agentCases.filter(({ id }) => this.#isChosen(id));
    this.#options.onJoined?.("agent", cases.length);
    const results = await runSuite({
      ...{ cases, hasApp: this.#app !== undefined },
      stage: () => this.#agentAgain(),
      sweep: (stage) => stage.sweep(),
      onResult: (result) => this.#options.onResult?.(result),
    });
    return { role: "agent", results };
  }

  async #runViewer(): Promise<KitReport> {
    const cases = viewerCases.filter(({ id }) => this.#isChosen(id));
    this.#options.onJoined?.("viewer", cases.length);
    const results = await runSuite({
      ...{ cases, hasApp: true },
      stage: async () => this.#viewer,
      sweep: (stage) => stage.sweep(),
      onResult: (result) => this.#options.onResult?.(result),
    });
    return { role: "viewer", results };
  }

  #isChosen(id: string): boolean {
    const { only } = this.#options;
    return only.length === 0 || only.some((part) => id.includes(part));
  }

  /** The agent's socket; a fresh one where it has come back after a loss. */
  async #agentAgain(): Promise<AgentStage> {
    if (this.#agent !== undefined && !this.#agent.isGone) return this.#agent;
    const { joinMs } = this.#options;
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      timeout.reject(new ConformanceFailure(`the agent did not come back within ${joinMs / 1000} s`, "Signaling"));
    }, joinMs);
    try {
      return await Promise.race([this.#agents.next(), timeout.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #onApiCall(call: ApiCall): void {
    if (/^\/api\/servers\/[^/]+\/sessions$/.test(call.path)) {
      this.#viewer.onSessionCall(call);
      return;
    }
    const request = redeemEnrollmentSchema.safeParse(call.body);
    if (call.path !== "/api/enrollments/redeem" || !request.success) {
      call.answer(404, { error: { code: "not-found", message: `the kit has no ${call.path}`, hint: "" } });
      return;
    }
    const { identityKey, noiseKey } = request.data;
    this.#agentKeys = { identityKey, noiseKey };
    const signingKeys = [{ kid: tokenKeyId, kty: "OKP", crv: "Ed25519", x: tokenKey.publicKey }];
    call.answer(200, { serverId: serverIdOfKey(identityKey), signingKeys });
  }

  #onAgent(socket: PeerSocket, host: string): void {
    const nonce = randomBytes(32).toString("base64url");
    const refuse = (message: string): void => {
      this.#refusal = `An agent came, but ${message}`;
      socket.close();
    };
    socket.listen({
      onText: (text) => {
        const hello = fromAgentSchema.safeParse(parsed(text));
        if (!hello.success || hello.data.type !== "hello") return refuse("its first message is no hello (§Signaling).");
        const fault = this.#stageFor(socket, { nonce, host, hello: hello.data });
        if (fault !== undefined) refuse(fault);
      },
      onBytes: () => refuse("it sent relay bytes before its hello (§Signaling)."),
      onClose: () => {},
    });
    socket.tell({ type: "challenge", nonce, serverTimeMs: Date.now(), laterField: true });
  }

  /** Takes the agent; words where it cannot be driven. */
  #stageFor(socket: PeerSocket, seen: AgentStage["options"]["seen"]): string | undefined {
    const { patienceMs, serviceName } = this.#options;
    const { presence, versions, serverId } = seen.hello;
    const keys = this.#agentKeys;
    if (keys === undefined || serverIdOfKey(keys.identityKey) !== serverId) {
      return "it was not enrolled here. Start it with a fresh data folder and any code, or give --identity-key and --noise-key.";
    }
    if (versions.min > protocolVersions.max || versions.max < protocolVersions.min) {
      return `it speaks versions ${versions.min} to ${versions.max}, this kit tests version ${protocolVersions.max}.`;
    }
    const name = serviceName ?? presence.primaryServiceName ?? "";
    const service = presence.services.find((one) => one.name === name);
    if (service === undefined) return `it offers no service "${name}". Name one with --service.`;
    if (service.relayPolicy !== "full") {
      return `its service "${name}" is not offered with relayPolicy full, and the kit's paths are relays. Start it with --relay full.`;
    }
    socket.tell({ type: "welcome", serverTimeMs: Date.now(), laterField: true });
    const noiseKey = new Uint8Array(Buffer.from(keys.noiseKey, "base64url"));
    const { identityKey } = keys;
    this.#agent = new AgentStage({
      socket,
      seen,
      identityKey,
      noiseKey,
      serviceName: name,
      app: this.#app,
      patienceMs,
    });
    this.#agents.give(this.#agent);
    return undefined;
  }
}

/** Things that come again and again. */
interface Promised<T> {
  readonly first: Promise<T>;
  next(): Promise<T>;
  give(value: T): void;
}

function promised<T>(): Promised<T> {
  const first = Promise.withResolvers<T>();
  let waiting: ((value: T) => void)[] = [];
  return {
    first: first.promise,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    give: (value) => {
      first.resolve(value);
      for (const resolve of waiting) resolve(value);
      waiting = [];
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
