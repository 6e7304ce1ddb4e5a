/**
 * Noise's HandshakeState for the protocol's two patterns (Noise rev 34 §5.3): two messages, initiator first.
 * Invariant: after a fault the handshake is of no further use; what a peer sends causes no error but `path-failed`.
 */
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { joinBytes } from "./byte-runs.ts";
import { type NoisePattern, type NoiseToken, noisePatterns } from "./noise-patterns.ts";
import type { AeadKey, DhKeyPair, SealPrimitives } from "./primitives.ts";
import { SymmetricState } from "./symmetric-state.ts";

const publicKeyBytes = 32;

interface CommonOptions {
  readonly primitives: SealPrimitives;
  /** What both must agree on without sending it. */
  readonly prologue: Uint8Array;
}

/** A side of a handshake and the keys that it starts with. */
export type HandshakeOptions = CommonOptions &
  (
    | {
        readonly pattern: "IK";
        readonly role: "initiator";
        readonly staticKey: DhKeyPair;
        /** 32 bytes. */
        readonly remoteStaticKey: Uint8Array;
      }
    | { readonly pattern: "IK"; readonly role: "responder"; readonly staticKey: DhKeyPair }
    | {
        readonly pattern: "NNpsk0";
        readonly role: "initiator" | "responder";
        /** 32 bytes. */
        readonly psk: Uint8Array;
      }
  );

/** What a finished handshake leaves: one key for each direction and a source of further secrets. */
export interface HandshakeKeys {
  readonly sendKey: AeadKey;
  readonly receiveKey: AeadKey;
  /** Equal on both sides; changes with anything in the transcript. */
  readonly handshakeHash: Uint8Array;
  /** 32 bytes that only the two peers know, per label (SPEC.md §Sealing). */
  exportSecret(label: string): Uint8Array;
}

/** One handshake: the initiator writes then reads, the responder reads then writes, then both take `keys`. */
export class HandshakeState {
  readonly #pattern: NoisePattern;
  readonly #role: "initiator" | "responder";
  readonly #primitives: SealPrimitives;
  readonly #symmetric: SymmetricState;
  readonly #staticKey: DhKeyPair | null;
  readonly #psk: Uint8Array | null;
  #ephemeralKey: DhKeyPair | null = null;
  #remoteStaticKey: Uint8Array | null = null;
  #remoteEphemeralKey: Uint8Array | null = null;
  #messagesDone: 0 | 1 | 2 | "failed" = 0;

  constructor(options: HandshakeOptions) {
    this.#pattern = noisePatterns[options.pattern];
    this.#role = options.role;
    this.#primitives = options.primitives;
    this.#staticKey = options.pattern === "IK" ? options.staticKey : null;
    this.#psk = options.pattern === "NNpsk0" ? options.psk : null;
    this.#symmetric = new SymmetricState(options.primitives, this.#pattern.protocolName);
    this.#symmetric.mixHash(options.prologue);
    if (options.pattern !== "IK") return;
    if (options.role === "initiator") this.#remoteStaticKey = options.remoteStaticKey;
    this.#symmetric.mixHash(options.role === "initiator" ? options.remoteStaticKey : options.staticKey.publicKey);
  }

  /** The peer's static key once Noise proved it, 32 bytes; null in a pattern without. */
  get remoteStaticKey(): Uint8Array | null {
    return this.#remoteStaticKey;
  }

  /** This side's next message with a payload. The caller owns it. */
  async writeMessage(payload: Uint8Array): Promise<Uint8Array> {
    const tokens = this.#begin("write");
    const parts: Uint8Array[] = [];
    for (const token of tokens) {
      if (token === "e") {
        const pair = await this.#primitives.generateKeyPair();
        this.#ephemeralKey = pair;
        parts.push(pair.publicKey);
        await this.#mixEphemeral(pair.publicKey);
      } else if (token === "s") {
        parts.push(await this.#symmetric.encryptAndHash(present(this.#staticKey).publicKey));
      } else {
        await this.#mixSecret(token);
      }
    }
    parts.push(await this.#symmetric.encryptAndHash(payload));
    const message = joinBytes(...parts);
    if (message.length > limits.sealedMessageBytes) {
      throw this.#failed(`a handshake message of ${message.length} bytes is too long`);
    }
    return message;
  }

  /** The payload of the peer's next message. Rejects with TunnelError `path-failed` (scope path, origin remote). */
  async readMessage(message: Uint8Array): Promise<Uint8Array> {
    const tokens = this.#begin("read");
    if (message.length > limits.sealedMessageBytes) {
      throw this.#failed(`a handshake message of ${message.length} bytes, ${limits.sealedMessageBytes} are allowed`);
    }
    try {
      let rest = message;
      for (const token of tokens) {
        if (token === "e") {
          const publicKey = prefix(rest, publicKeyBytes);
          rest = rest.subarray(publicKeyBytes);
          this.#remoteEphemeralKey = publicKey;
          await this.#mixEphemeral(publicKey);
        } else if (token === "s") {
          const sealedBytes = publicKeyBytes + (this.#symmetric.hasKey ? limits.tagBytes : 0);
          this.#remoteStaticKey = await this.#symmetric.decryptAndHash(prefix(rest, sealedBytes));
          rest = rest.subarray(sealedBytes);
        } else {
          await this.#mixSecret(token);
        }
      }
      return await this.#symmetric.decryptAndHash(rest);
    } catch (cause) {
      throw this.#failed("a handshake message does not open: changed, cut short or made for another", cause);
    }
  }

  /** The keys, once both messages are done. */
  async keys(): Promise<HandshakeKeys> {
    if (this.#messagesDone !== 2) throw new TunnelError("internal", "the handshake is not finished");
    const [first, second] = await this.#symmetric.split();
    const isInitiator = this.#role === "initiator";
    return {
      sendKey: isInitiator ? first : second,
      receiveKey: isInitiator ? second : first,
      handshakeHash: this.#symmetric.hash,
      exportSecret: (label) => this.#symmetric.exportSecret(label),
    };
  }

  /** The tokens of the next message, where it is this side's turn. */
  #begin(action: "write" | "read"): readonly NoiseToken[] {
    const done = this.#messagesDone;
    const isMine = (done === 0) === (this.#role === "initiator");
    if (done === 2 || done === "failed" || isMine !== (action === "write")) {
      throw new TunnelError("internal", `nothing to ${action} in this handshake now`);
    }
    this.#messagesDone = done === 0 ? 1 : 2;
    return this.#pattern.messages[done];
  }

  #failed(message: string, cause?: unknown): TunnelError {
    this.#messagesDone = "failed";
    return new TunnelError("path-failed", message, { scope: "path", origin: "remote", cause });
  }

  async #mixEphemeral(publicKey: Uint8Array): Promise<void> {
    this.#symmetric.mixHash(publicKey);
    if (this.#pattern.hasPsk) await this.#symmetric.mixKey(publicKey);
  }

  /** The first letter of a token is the initiator's key, the second the responder's. */
  async #mixSecret(token: Exclude<NoiseToken, "e" | "s">): Promise<void> {
    if (token === "psk") {
      await this.#symmetric.mixKeyAndHash(present(this.#psk));
      return;
    }
    const isInitiator = this.#role === "initiator";
    const mine = token[isInitiator ? 0 : 1] === "e" ? this.#ephemeralKey : this.#staticKey;
    const theirs = token[isInitiator ? 1 : 0] === "e" ? this.#remoteEphemeralKey : this.#remoteStaticKey;
    await this.#symmetric.mixKey(await present(mine).dh(present(theirs)));
  }
}

function present<T>(value: T | null): T {
  if (value === null) throw new TunnelError("internal", "the handshake lacks a key");
  return value;
}

/** A copy of the first bytes: keys outlive the message that they came in. */
function prefix(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) throw new RangeError("the message is cut short");
  return Uint8Array.from(bytes.subarray(0, length));
}
