/**
 * The agent's side of all openings (SPEC.md §Handshakes): which tunnel a first message is for, and when it becomes real.
 * Invariant: no tunnel, stream or target exists before a viewer has proved, by a sealed message, that it holds the keys.
 */
import type { Code } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import { joinBytes } from "../seal/byte-runs.ts";
import { Typing } from "../tunnel/typing.ts";
import { toHex } from "../wire/hex.ts";
import { attachAsAgent, type TunnelSecrets, tunnelPskLabel } from "./attach-path.ts";
import { createEndpoint, type Endpoint, type SealedPathOptions } from "./endpoint.ts";
import { decodeFirstMessage } from "./handshake-messages.ts";
import { HandshakePath } from "./handshake-path.ts";
import { answerOpening, type OpeningMessage } from "./opening-answer.ts";
import type { AcceptorOptions, AgentTunnel, CreateAcceptor, SessionContext, TunnelAcceptor } from "./opening-api.ts";
import type { Path } from "./path.ts";
import { openingPrologue } from "./prologue.ts";
import { TunnelRegister } from "./tunnel-register.ts";
import { type AcceptedOpening, UnconfirmedTunnel } from "./unconfirmed-tunnel.ts";

/** An acceptor without tunnels. What a viewer sends never makes it throw: at worst the path is closed with a code. */
export const createAcceptor: CreateAcceptor = (options) => new Acceptor(options);

/** What a message 1 came to; a refusal is answered and forgotten. */
type Opening =
  | { readonly type: "refused"; readonly answer: Uint8Array; readonly refusal: TunnelError }
  | { readonly type: "unconfirmed"; readonly tunnel: UnconfirmedTunnel };

class Acceptor implements TunnelAcceptor {
  readonly #options: AcceptorOptions;
  readonly #register: TunnelRegister;
  /** Openings under way by message 1 and context, so that a repeated message meets the answer of the first one. */
  readonly #openings = new Map<string, Promise<Opening>>();
  readonly #pipes = new Set<HandshakePath>();
  /** One for all tunnels: they share a link and a processor, and a download in one page is felt in the terminal of another. */
  readonly #typing = new Typing();
  #closedFor: { readonly code: Code; readonly reason: string } | null = null;

  constructor(options: AcceptorOptions) {
    this.#options = options;
    this.#register = new TunnelRegister(options.clock);
  }

  accept(path: Path, context: SessionContext): void {
    const pipe = new HandshakePath(path, this.#options.clock, "path");
    this.#pipes.add(pipe);
    if (this.#closedFor !== null) pipe.close(this.#closedFor.code, this.#closedFor.reason);
    this.#shakeHands(pipe, context)
      .catch((thrown: unknown) => {
        const fault = TunnelError.from(thrown);
        pipe.close(fault.code, fault.message);
      })
      .finally(() => this.#pipes.delete(pipe));
  }

  tunnels(): readonly AgentTunnel[] {
    return this.#register.tunnels();
  }

  close(code: Code, reason: string): void {
    this.#closedFor ??= { code, reason };
    const tunnels = this.tunnels();
    this.#register.clear(reason);
    for (const pipe of this.#pipes) pipe.close(code, reason);
    for (const tunnel of tunnels) tunnel.close(code, reason);
  }

  async #shakeHands(pipe: HandshakePath, context: SessionContext): Promise<void> {
    const bytes = await pipe.next();
    const first = decodeFirstMessage(bytes);
    if (first.type === "attachment") {
      const live = this.#register.live(first.tunnelId);
      if (live === null) throw new TunnelError("not-found", "no such tunnel here", { scope: "path" });
      await attachAsAgent(live.secrets, pipe, bytes, null);
      return;
    }
    const opening = await this.#openingFor(first, context);
    if (opening.type === "refused") {
      pipe.send(opening.answer.slice());
      throw opening.refusal;
    }
    const sealedPath = await opening.tunnel.confirmOn(pipe);
    this.#start(opening.tunnel.opening, sealedPath);
  }

  /** The same message 1 in the same context gets the same answer, also while the first one is still being decided. */
  #openingFor(first: OpeningMessage, context: SessionContext): Promise<Opening> {
    const prologue = openingPrologue(first.version, first.pathId, context);
    const key = toHex(this.#options.primitives.sha256(joinBytes(prologue, first.noise)));
    const earlier = this.#openings.get(key);
    if (earlier !== undefined) return earlier;
    const opening = this.#answer(first, context, prologue, () => this.#openings.delete(key));
    this.#openings.set(key, opening);
    opening.then(
      ({ type }) => type === "refused" && this.#openings.delete(key),
      () => this.#openings.delete(key),
    );
    return opening;
  }

  async #answer(
    first: OpeningMessage,
    context: SessionContext,
    prologue: Uint8Array,
    onOver: () => void,
  ): Promise<Opening> {
    const known = (tunnelId: Uint8Array, deviceKey: Uint8Array) => this.#register.refusal(tunnelId, deviceKey);
    const answered = await answerOpening({ options: this.#options, known }, first, context, prologue);
    if (answered.type === "refused") return answered;
    // Another opening of this id may have been faster: the answer is not sent then.
    const used = known(answered.request.tunnelId, answered.deviceKey);
    if (used !== null) throw used;
    this.#checkOpen();
    const tunnel: UnconfirmedTunnel = new UnconfirmedTunnel(answered, this.#options.clock, () => {
      this.#register.removeUnconfirmed(tunnel);
      onOver();
    });
    this.#register.addUnconfirmed(tunnel);
    return { type: "unconfirmed", tunnel };
  }

  /** The tunnel is confirmed: from here on it exists. */
  #start({ request, context, deviceKey, version, keys }: AcceptedOpening, sealedPath: SealedPathOptions): void {
    this.#checkOpen();
    const { primitives, clock } = this.#options;
    const { tunnelId } = request;
    const { relayPolicy } = context;
    const endpoint = createEndpoint({ role: "agent", tunnelId, clock, relayPolicy, typing: this.#typing });
    const secrets = { endpoint, primitives, clock, version, psk: keys.exportSecret(tunnelPskLabel) };
    const tunnel = agentTunnel(endpoint, secrets, { context, deviceKey });
    this.#register.addLive({ tunnel, secrets, deviceKey });
    this.#endOlder(request.supersedes, deviceKey);
    try {
      // Before the first path, so that the agent program hears of it too.
      this.#options.onTunnel(tunnel);
      endpoint.addSealedPath(sealedPath);
    } catch (thrown) {
      tunnel.close("internal", "the agent could not take the tunnel");
      throw thrown;
    }
  }

  /** Handshakes take turns: the acceptor may have been closed between two of them. */
  #checkOpen(): void {
    if (this.#closedFor !== null) throw new TunnelError(this.#closedFor.code, this.#closedFor.reason);
  }

  /** A page that was reloaded ends its own older tunnel, nobody else's. */
  #endOlder(tunnelId: Uint8Array | undefined, deviceKey: Uint8Array): void {
    const older = tunnelId === undefined ? null : this.#register.live(tunnelId);
    if (older === null || toHex(older.deviceKey) !== toHex(deviceKey)) return;
    older.tunnel.close("superseded", "the page opened a newer tunnel");
  }
}

function agentTunnel(
  endpoint: Endpoint,
  secrets: TunnelSecrets,
  known: Pick<AgentTunnel, "context" | "deviceKey">,
): AgentTunnel {
  return Object.assign(endpoint as Endpoint & { readonly role: "agent" }, {
    ...known,
    acceptPath: (pathId: number, path: Path) =>
      attachAsAgent(secrets, new HandshakePath(path, secrets.clock, "path"), null, pathId),
  });
}
