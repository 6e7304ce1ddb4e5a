/** The agent's door: who may open a tunnel, decided from the token, the Noise-proved device key and what was used. */
import { limits } from "@culvert/protocol";
import type { Admission, AdmissionRequest } from "@culvert/protocol/endpoint";
import { type PinnedKeys, refused, verifySessionToken } from "./session-token.ts";
import { TokenUses } from "./token-uses.ts";

export interface AdmissionOptions {
  readonly pinnedKeys: PinnedKeys;
  /** The control plane's time, so that a wrong clock of this machine does no harm. */
  serverNowMs(): number;
}

/** Decides on first messages and remembers when the admitted sessions end. */
export class TunnelAdmission {
  readonly #options: AdmissionOptions;
  readonly #uses = new TokenUses();
  readonly #sessionEnds = new Map<string, number>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Accepts, or refuses with a code and words for the viewer. Only a token that passes everything counts as used. */
  async admit(request: AdmissionRequest): Promise<Admission> {
    const verdict = await verifySessionToken(request, this.#options.pinnedKeys, this.#options.serverNowMs());
    if (verdict.type === "refused") return verdict;
    const { jti, exp, sexp, sid } = verdict.claims;
    const nowMs = this.#options.serverNowMs();
    const forgetAtMs = exp * 1000 + limits.clockLeewayMs;
    if (!this.#uses.take(jti, userOf(request), forgetAtMs, nowMs)) {
      return refused("already-used", "The session token was used before.", "Open the service again.");
    }
    this.#forgetPast(nowMs);
    this.#sessionEnds.set(sid, sexp * 1000);
    return { type: "accepted" };
  }

  /** When a session that was admitted ends, in the control plane's time. */
  sessionEndMs(sessionId: string): number | undefined {
    return this.#sessionEnds.get(sessionId);
  }

  #forgetPast(nowMs: number): void {
    for (const [sessionId, endMs] of this.#sessionEnds) {
      if (endMs + limits.clockLeewayMs < nowMs) this.#sessionEnds.delete(sessionId);
    }
  }
}

function userOf({ deviceKey, tunnelId }: AdmissionRequest): string {
  return `${Buffer.from(deviceKey).toString("base64url")}.${Buffer.from(tunnelId).toString("base64url")}`;
}
