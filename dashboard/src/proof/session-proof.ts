/**
 * The proof that goes with this page's requests: asked for once, kept in this page's memory alone, renewed before its end.
 * Invariant: one question at a time, whoever waits for it.
 */
import { TunnelError } from "@culvert/protocol";
import {
  type KeyProof,
  keyChallengeSchema,
  keyHeader,
  keyProofSchema,
  proofHeader,
  socketProofPrefix,
  viewerSocketProtocol,
} from "@culvert/protocol/signaling";
import type { ApiRequestOptions } from "../api/plain-request.ts";
import type { BrowserKeys } from "./browser-key.ts";
import { signKey, thumbprintOf } from "./signed-key.ts";

/** What it stands on. `challenge`: the one that the document brought. */
export interface SessionProofOptions {
  readonly challenge: string;
  readonly origin: string;
  readonly keys: BrowserKeys;
  readonly request: <Answer>(path: string, options: ApiRequestOptions<Answer>) => Promise<Answer>;
  readonly nowMs: () => number;
}

/** Headers by name. */
export type Headers = Readonly<Record<string, string>>;

/** Requests that make a sign-in: they name the key, and have no proof yet. */
const signInPath = /^\/api\/auth\/(sign-in\/|passkey\/verify-authentication$)/;
/** A proof is renewed when this part of its time is left. */
const renewalPart = 0.2;

export class SessionProof {
  readonly #options: SessionProofOptions;
  #challenge: string | undefined;
  #known: { readonly proof: string; readonly renewAtMs: number } | undefined;
  #asking: Promise<string | undefined> | undefined;

  constructor(options: SessionProofOptions) {
    this.#options = options;
    this.#challenge = options.challenge;
  }

  /** What a request to the API needs; nothing where nobody is signed in. */
  async headersFor(path: string): Promise<Headers> {
    if (!signInPath.test(path)) return proofHeaders(await this.#current());
    // Whoever signs in is another sign-in: its proof is another one too.
    this.#known = undefined;
    return { [keyHeader]: await thumbprintOf(await this.#options.keys.loadOrMake()) };
  }

  /** Headers with another proof than those that were refused; undefined where there is no better one. */
  async headersAfter(refused: Headers): Promise<Headers | undefined> {
    const shown = refused[proofHeader];
    if (shown === undefined) return undefined;
    if (this.#known?.proof === shown) this.#known = undefined;
    const proof = await this.#current();
    return proof === undefined || proof === shown ? undefined : proofHeaders(proof);
  }

  /** What a WebSocket to signaling is opened with. */
  async socketProtocols(): Promise<readonly string[]> {
    const proof = await this.#current();
    return proof === undefined ? [] : [viewerSocketProtocol, socketProofPrefix + proof];
  }

  /** Nobody is signed in any more: the next sign-in makes another key. */
  async forget(): Promise<void> {
    this.#known = undefined;
    await this.#options.keys.forget();
  }

  async #current(): Promise<string | undefined> {
    if (this.#known !== undefined && this.#known.renewAtMs > this.#options.nowMs()) return this.#known.proof;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<string | undefined> {
    const keys = await this.#options.keys.load();
    if (keys === undefined) return undefined;
    const known = this.#challenge;
    this.#challenge = undefined;
    const answer = await this.#prove(keys, known)
      .catch((thrown: unknown) => {
        if (!(thrown instanceof TunnelError) || thrown.code !== "expired") throw thrown;
        return this.#prove(keys, undefined);
      })
      .catch((thrown: unknown) => {
        // Nobody is signed in, or by another key: the request itself is told so.
        if (thrown instanceof TunnelError && thrown.code === "unauthenticated") return undefined;
        throw thrown;
      });
    this.#known = answer && {
      proof: answer.proof,
      renewAtMs: this.#options.nowMs() + answer.lastsMs * (1 - renewalPart),
    };
    return answer?.proof;
  }

  async #prove(keys: CryptoKeyPair, known: string | undefined): Promise<KeyProof> {
    const { request, origin } = this.#options;
    const challenge = known ?? (await request("/api/auth/challenge", { schema: keyChallengeSchema })).challenge;
    const signed = await signKey(keys, challenge, origin);
    return request("/api/auth/proofs", { method: "POST", body: { signed }, schema: keyProofSchema });
  }
}

function proofHeaders(proof: string | undefined): Headers {
  return proof === undefined ? {} : { [proofHeader]: proof };
}
