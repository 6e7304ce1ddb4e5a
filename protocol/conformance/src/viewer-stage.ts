/**
 * A viewer under test as cases see it: it asks for a session, joins and opens a tunnel; the kit is the agent, and what it
 * answers to `GET /next` is what the viewer does next.
 */
import { limits } from "@culvert/protocol";
import type { OpenAnswer, OpenRequest } from "@culvert/protocol/endpoint";
import { recordTypes, requestHeadSchema } from "@culvert/protocol/http";
import { createSessionSchema, fromViewerSchema, type RemoteSession } from "@culvert/protocol/signaling";
import { decodeObject } from "@culvert/protocol/wire";
import { ConformanceFailure, demand } from "./conformance-case.ts";
import { type Grant, grantFor } from "./grant.ts";
import { agentNoiseKey, agentPublicKey, agentServerId } from "./kit-keys.ts";
import { joined, objectRecord, readRecords, record } from "./records.ts";
import { RelayPipe } from "./relay-pipe.ts";
import { pskLabel, readAttachment, readFirst, readOpening, type SeenFirst } from "./script-handshake.ts";
import { ScriptedPath } from "./scripted-path.ts";
import { ScriptedTunnel } from "./scripted-tunnel.ts";
import type { ApiCall, PeerSocket } from "./stand-in-server.ts";
import { Watch } from "./watch.ts";

/** What the agent of the kit grants. */
export const grantedLimits: Extract<OpenAnswer, { type: "accepted" }>["limits"] = {
  streams: limits.initialStreams,
  windowBytes: limits.initialWindowBytes,
  graceMs: 60_000,
};

/** A tunnel that the viewer opened. */
export interface ViewerTunnel {
  readonly tunnel: ScriptedTunnel;
  readonly grant: Grant;
  readonly first: SeenFirst;
  readonly request: OpenRequest;
}

/** The viewer, case after case: each takes a session of its own. */
export class ViewerStage {
  readonly patienceMs: number;
  signalingUrl = "";
  readonly #watch = new Watch();
  readonly #calls: ApiCall[] = [];
  readonly #pipes = new Map<string, RelayPipe[]>();
  /** Sessions whose case is over. */
  readonly #over = new Set<string>();
  readonly #all: RelayPipe[] = [];
  readonly #sessions: string[] = [];
  readonly #tunnels: ScriptedTunnel[] = [];
  readonly #asked = Promise.withResolvers<void>();
  #nextRelayId = 1;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** The viewer asked for its first session. */
  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  /** `POST /api/servers/…/sessions`: answered when the next case begins. */
  onSessionCall(call: ApiCall): void {
    this.#calls.push(call);
    this.#asked.resolve();
    this.#watch.changed();
  }

  /** A viewer's socket: it joins by the ticket of its session. */
  onSocket(socket: PeerSocket): void {
    let pipe: RelayPipe | undefined;
    socket.listen({
      onText: (text) => {
        const join = fromViewerSchema.safeParse(JSON.parse(text));
        if (!join.success || pipe !== undefined) return socket.close();
        const relayId = this.#nextRelayId++;
        pipe = new RelayPipe({
          ...{ relayId, patienceMs: this.patienceMs },
          sendEnvelope: (envelope) => socket.sendBytes(envelope),
          release: (code) => {
            socket.tell({ type: "peer-left", code });
            socket.close();
          },
        });
        this.#all.push(pipe);
        socket.tell({ type: "joined", relayId, serverTimeMs: Date.now(), laterField: 1 });
        if (this.#over.has(join.data.signalingTicket)) {
          // A viewer that comes back after its case is told what an agent says of a tunnel that it does not have.
          const late = pipe;
          late.listen(
            () => late.close("not-found"),
            () => {},
          );
          return;
        }
        this.#pipes.set(join.data.signalingTicket, [...(this.#pipes.get(join.data.signalingTicket) ?? []), pipe]);
        this.#watch.changed();
      },
      onBytes: (envelope) => pipe?.receive(envelope),
      onClose: () => pipe?.left(undefined),
    });
  }

  /** A session for the viewer; the ticket is its id. */
  async session(): Promise<Grant> {
    const call = await this.#until("a request for a session", () => this.#calls.shift());
    const { deviceKey } = createSessionSchema.parse(call.body);
    const grant = grantFor(agentServerId, "app");
    this.#sessions.push(grant.sessionId);
    const session: RemoteSession = {
      ...{ sessionId: grant.sessionId, serverId: grant.serverId, serviceId: grant.serviceId, serviceName: "app" },
      ...{ remoteSessionToken: grant.token, signalingTicket: grant.sessionId, expiresAt: Date.now() + 3_600_000 },
      ...{ iceServers: [], relayPolicy: "full", agentPublicKey, signalingUrl: this.signalingUrl },
      appOrigin: "http://app.conformance.localhost",
    };
    call.answer(201, session);
    const publicKey = new Uint8Array(Buffer.from(deviceKey, "base64url"));
    return { ...grant, deviceKey: { publicKey, dh: () => publicKey } };
  }

  /** The viewer's next relay of a session. */
  async pipe({ sessionId }: Grant): Promise<RelayPipe> {
    return this.#until("a join with the session's ticket", () => this.#pipes.get(sessionId)?.shift());
  }

  /** A session, a join, and message 1 read. */
  async opening() {
    const grant = await this.session();
    const pipe = await this.pipe(grant);
    const first = readFirst(await pipe.next("message 1"));
    demand(first.type === 0x01, "the first path of a tunnel begins with an attachment");
    const read = await readOpening(first, grant, agentNoiseKey);
    return { grant, pipe, first, ...read };
  }

  /** Accepts an opening up to its confirmation; then `GET /next` is answered with the script's lines, once. */
  async open(script: readonly string[], granted = grantedLimits): Promise<ViewerTunnel> {
    const { grant, pipe, first, request, answer } = await this.opening();
    const accepted: OpenAnswer = { type: "accepted", limits: granted, capabilities: [] };
    const { message, keys } = await answer(accepted);
    const { tunnelId } = request;
    const tunnel = new ScriptedTunnel({
      ...{ role: "agent", tunnelId, psk: keys.exportSecret(pskLabel), patienceMs: this.patienceMs },
    });
    this.#tunnels.push(tunnel);
    const path = new ScriptedPath(first.pathId, pipe, keys);
    pipe.send(message);
    await confirmed(path);
    tunnel.add(path);
    const next = await this.request(tunnel, "/next");
    tunnel.write(next, "http", answerOf(200, Buffer.from(script.join("\n"))), { end: true });
    return { tunnel, grant, first, request };
  }

  /** The viewer attaches a path to a tunnel of its session. */
  async attached({ tunnel, grant }: ViewerTunnel): Promise<ScriptedPath> {
    const pipe = await this.pipe(grant);
    const first = readFirst(await pipe.next("an attachment"));
    if (first.type !== 0x02)
      throw new ConformanceFailure("a lost path was followed by an opening, not an attachment", "Handshakes");
    demand(Buffer.compare(first.tunnelId ?? Buffer.alloc(0), tunnel.tunnelId) === 0, "it attaches to another tunnel");
    const used = tunnel.paths.some(({ pathId }) => pathId === first.pathId);
    if (used) throw new ConformanceFailure(`path id ${first.pathId} was used before`, "Handshakes");
    const { answer } = await readAttachment(first, tunnel.psk);
    const { message, keys } = await answer({ streams: [] });
    const path = new ScriptedPath(first.pathId, pipe, keys);
    pipe.send(message);
    await confirmed(path);
    tunnel.add(path);
    return path;
  }

  /** The stream on which the viewer asks for a path, once its head is whole. */
  request(tunnel: ScriptedTunnel, path: string): Promise<number> {
    return tunnel.until(`a request for ${path}`, () => {
      for (const { id, bytes } of tunnel.streams.values()) {
        const [head] = readRecords(bytes).records;
        if (id !== 0 && head?.type === recordTypes.head && pathOf(head.bytes) === path) return id;
      }
      return undefined;
    });
  }

  /** No session comes any more: who asks is told that the suite is over. */
  finish(): void {
    for (const call of this.#calls.splice(0)) tellOver(call);
    this.onSessionCall = tellOver;
  }

  /** Ends what a case left; gives a rule that the viewer broke meanwhile. */
  sweep(): ConformanceFailure | undefined {
    const fault =
      this.#tunnels.find((tunnel) => tunnel.fault !== undefined)?.fault ??
      this.#all.find((pipe) => pipe.fault !== undefined)?.fault;
    for (const tunnel of this.#tunnels.splice(0)) tunnel.end();
    for (const sessionId of this.#sessions.splice(0)) this.#over.add(sessionId);
    for (const pipe of this.#all.splice(0)) setImmediate(() => pipe.close());
    return fault;
  }

  #until<T>(what: string, probe: () => T | undefined): Promise<T> {
    return this.#watch.until(what, probe, this.patienceMs * 2, () => "the viewer did nothing of the kind");
  }
}

/** An answer of a status and a body. */
export function answerOf(status: number, body: Uint8Array): Uint8Array {
  const head = objectRecord(recordTypes.head, { status, statusText: "", headers: [["content-type", "text/plain"]] });
  return joined(head, record(recordTypes.data, body));
}

async function confirmed(path: ScriptedPath): Promise<void> {
  const plaintext = await path.openNext("the confirmation");
  if (plaintext.length > 0) throw new ConformanceFailure("the confirmation is not empty", "Handshakes");
}

function pathOf(head: Uint8Array): string | undefined {
  try {
    return decodeObject(requestHeadSchema.pick({ path: true }), head, limits.headBytes, "a head").path;
  } catch {
    return undefined;
  }
}

function tellOver(call: ApiCall): void {
  call.answer(410, { error: { code: "expired", message: "the suite is over", hint: "" } });
}
