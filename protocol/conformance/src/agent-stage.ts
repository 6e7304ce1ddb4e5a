/** An agent under test as cases see it: joined through the kit's stand-in for signaling, driven as a viewer would. */
import type { Code } from "@culvert/protocol";
import type { AttachPayload, OpenRequest } from "@culvert/protocol/endpoint";
import { type FromAgent, fromAgentSchema, type ServerId } from "@culvert/protocol/signaling";
import { ConformanceFailure } from "./conformance-case.ts";
import { type Grant, grantFor, type TokenChanges } from "./grant.ts";
import { RelayPipe } from "./relay-pipe.ts";
import {
  type Begun,
  beginAttachment,
  beginOpening,
  type OpeningScript,
  openRequest,
  pskLabel,
} from "./script-handshake.ts";
import { ScriptedPath } from "./scripted-path.ts";
import { ScriptedTunnel } from "./scripted-tunnel.ts";
import type { PeerSocket } from "./stand-in-server.ts";
import type { TargetApp } from "./target-app.ts";

/** What an agent said of itself, and how the kit had asked. */
export interface SeenHello {
  readonly nonce: string;
  readonly host: string;
  readonly hello: Extract<FromAgent, { type: "hello" }>;
}

export interface AgentStageOptions {
  readonly socket: PeerSocket;
  readonly seen: SeenHello;
  /** Base64url. */
  readonly identityKey: string;
  /** 32 bytes. */
  readonly noiseKey: Uint8Array;
  readonly serviceName: string;
  readonly app: TargetApp | undefined;
  readonly patienceMs: number;
}

/** A tunnel that the kit opened. */
export interface OpenedTunnel {
  readonly tunnel: ScriptedTunnel;
  readonly grant: Grant;
  /** The whole message 1, to be sent again. */
  readonly first: Uint8Array;
  readonly request: OpenRequest;
  /** What the agent grants. */
  readonly limits: { readonly streams: number; readonly windowBytes: number; readonly graceMs: number };
}

/** Changes to an opening. */
export interface OpeningChanges {
  readonly grant?: Grant;
  readonly request?: Partial<OpenRequest>;
  readonly script?: Partial<OpeningScript>;
}

/** One agent's socket. Cases make pipes and tunnels on it; `sweep` ends what a case left. */
export class AgentStage {
  readonly options: AgentStageOptions;
  readonly #pipes = new Map<number, RelayPipe>();
  readonly #tunnels: ScriptedTunnel[] = [];
  #nextRelayId = 1;
  #isGone = false;

  constructor(options: AgentStageOptions) {
    this.options = options;
    options.socket.listen({
      onText: (text) => this.#receiveText(text),
      onBytes: (bytes) => this.#receiveBytes(bytes),
      onClose: () => {
        this.#isGone = true;
        for (const pipe of this.#pipes.values()) pipe.left(undefined);
      },
    });
  }

  /** The agent's socket has closed. */
  get isGone(): boolean {
    return this.#isGone;
  }

  get patienceMs(): number {
    return this.options.patienceMs;
  }

  /** The kit's app; only for cases that need it. */
  get app(): TargetApp {
    if (this.options.app === undefined) throw new Error("this case needs the kit's app");
    return this.options.app;
  }

  get serverId(): ServerId {
    return this.options.seen.hello.serverId;
  }

  /** A session of a fresh device key. */
  grant(changes: TokenChanges = {}): Grant {
    return grantFor(this.serverId, this.options.serviceName, changes);
  }

  /** Joins a viewer of a session. */
  join({ sessionId, serviceName }: Grant): RelayPipe {
    const { socket } = this.options;
    const relayId = this.#nextRelayId++;
    const pipe = new RelayPipe({
      relayId,
      patienceMs: this.patienceMs,
      sendEnvelope: (envelope) => socket.sendBytes(envelope),
      release: (code: Code) => socket.tell({ type: "viewer-left", relayId, code }),
    });
    this.#pipes.set(relayId, pipe);
    // A field of a later version rides along: unknown fields are ignored.
    const joined = { relayId, sessionId, serviceName, relayPolicy: "full", iceServers: [], laterField: { any: 1 } };
    socket.tell({ type: "viewer-joined", ...joined });
    return pipe;
  }

  /** Message 1 for a session, not sent yet. */
  async begin(grant: Grant, { request = {}, script = {} }: Omit<OpeningChanges, "grant"> = {}) {
    const wanted = openRequest(grant.token, request);
    const begun = await beginOpening({
      ...{ context: grant, deviceKey: grant.deviceKey, agentNoiseKey: this.options.noiseKey, request: wanted },
      ...script,
    });
    return { ...begun, request: wanted };
  }

  /** The whole opening: message 1, message 2, confirmation. Rejects with a ConformanceFailure where it is refused. */
  async open(changes: OpeningChanges = {}): Promise<OpenedTunnel> {
    const { grant = this.grant() } = changes;
    const { first, request, finish } = await this.begin(grant, changes);
    const pipe = this.join(grant);
    pipe.send(first);
    const { answer, keys } = await finish(await pipe.next("message 2"));
    if (answer.type === "refused") {
      throw new ConformanceFailure(`an opening was refused with ${answer.code}: ${answer.message}`, "Handshakes");
    }
    const { tunnelId } = request;
    const tunnel = new ScriptedTunnel({
      ...{ role: "viewer", tunnelId, psk: keys.exportSecret(pskLabel), patienceMs: this.patienceMs },
    });
    this.#tunnels.push(tunnel);
    const path = new ScriptedPath(changes.script?.pathId ?? 1, pipe, keys);
    path.sendPlaintext(new Uint8Array(0));
    tunnel.add(path);
    // The agent takes the tunnel for real with the confirmation, which a PONG proves to have been opened.
    await tunnel.ping();
    return { tunnel, grant, first, request, limits: answer.limits };
  }

  /** Message 1 of an attachment to a tunnel on a fresh pipe, sent. */
  async beginAttachment(
    { tunnel, grant }: Pick<OpenedTunnel, "tunnel" | "grant">,
    pathId: number,
    streams: AttachPayload["streams"] = [],
  ): Promise<{ readonly pipe: RelayPipe; readonly begun: Begun<AttachPayload> }> {
    const begun = await beginAttachment(tunnel, pathId, streams);
    const pipe = this.join(grant);
    pipe.send(begun.first);
    return { pipe, begun };
  }

  /** Adds a path to a tunnel. */
  async attach(opened: Pick<OpenedTunnel, "tunnel" | "grant">, pathId: number): Promise<ScriptedPath> {
    const { pipe, begun } = await this.beginAttachment(opened, pathId);
    const { keys } = await begun.finish(await pipe.next("the answer to an attachment"));
    const path = new ScriptedPath(pathId, pipe, keys);
    path.sendPlaintext(new Uint8Array(0));
    opened.tunnel.add(path);
    return path;
  }

  /** Ends everything that a case left; gives a rule that the peer broke meanwhile. */
  sweep(): ConformanceFailure | undefined {
    const fault =
      this.#tunnels.find((tunnel) => tunnel.fault !== undefined)?.fault ??
      [...this.#pipes.values()].find((pipe) => pipe.fault !== undefined)?.fault;
    for (const tunnel of this.#tunnels.splice(0)) tunnel.end();
    for (const [relayId, pipe] of this.#pipes) {
      this.#pipes.delete(relayId);
      // CLOSE goes out first: messages are sealed in turns of their own.
      setImmediate(() => pipe.close());
    }
    return this.#isGone
      ? (fault ?? new ConformanceFailure("the agent closed its signaling socket", "Signaling"))
      : fault;
  }

  #receiveText(text: string): void {
    const message = fromAgentSchema.safeParse(JSON.parse(text));
    if (!message.success) return;
    if (message.data.type === "viewer-dismissed") this.#pipes.get(message.data.relayId)?.left(message.data.code);
  }

  #receiveBytes(envelope: Uint8Array): void {
    if (envelope.length < 5) return;
    const relayId = new DataView(envelope.buffer, envelope.byteOffset).getUint32(1);
    this.#pipes.get(relayId)?.receive(envelope);
  }
}
