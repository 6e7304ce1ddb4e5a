/**
 * The agent's door: who may open a tunnel, decided from the token, the Noise-proved device key, the agent's own lists and
 * what was used. Invariant: what was decided for a tunnel is kept by its id and device key, which the handshake binds;
 * a session id is signaling's word alone.
 */
import { limits, TunnelError } from "@culvert/protocol";
import type { Admission, AdmissionRequest } from "@culvert/protocol/endpoint";
import {
  type ServerId,
  type ShareScope,
  type ShareToken,
  serviceIdOf,
  shareTokenPrefix,
  shareTokenSchema,
} from "@culvert/protocol/signaling";
import type { DeviceList } from "../devices/index.ts";
import { nodePrimitives } from "../sealing/node-primitives.ts";
import type { ShareList } from "../shares/index.ts";
import { refused, verifySessionToken } from "./session-token.ts";
import type { SigningKeyPins } from "./signing-key-pins.ts";
import { TokenUses } from "./token-uses.ts";

export interface AdmissionOptions {
  readonly pins: SigningKeyPins;
  readonly devices: DeviceList;
  readonly shares: ShareList;
  /** The control plane's time, so that a wrong clock of this machine does no harm. */
  serverNowMs(): number;
}

/** What a tunnel was let in for. */
export interface AdmittedTunnel {
  /** In the control plane's time. */
  readonly endsAtMs: number;
  /** Undefined for a device of the account itself. */
  readonly share: { readonly shareId: string; readonly madeBy: string; readonly scope: ShareScope } | undefined;
}

type TunnelName = Pick<AdmissionRequest, "tunnelId" | "deviceKey">;

/** Decides on first messages and remembers what for. */
export class TunnelAdmission {
  readonly #options: AdmissionOptions;
  readonly #uses = new TokenUses();
  readonly #admitted = new Map<string, AdmittedTunnel>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Accepts, or refuses with a code and words for the viewer. Only a token that passes everything counts as used. */
  async admit(request: AdmissionRequest): Promise<Admission> {
    try {
      const { token } = request;
      const admitted = token.startsWith(shareTokenPrefix)
        ? await this.#admitShare(request, shareTokenOf(token))
        : await this.#admitSession(request);
      this.#forgetPast();
      this.#admitted.set(nameOf(request), admitted);
      return { type: "accepted" };
    } catch (thrown) {
      if (!(thrown instanceof TunnelError)) throw thrown;
      return refused(thrown.code, thrown.message, thrown.hint);
    }
  }

  /** What an admitted tunnel is for. */
  of(tunnel: TunnelName): AdmittedTunnel | undefined {
    return this.#admitted.get(nameOf(tunnel));
  }

  async #admitSession(request: AdmissionRequest): Promise<AdmittedTunnel> {
    const { pins, devices } = this.#options;
    const nowMs = this.#options.serverNowMs();
    const verdict = await verifySessionToken(request, await pins.at(nowMs), nowMs);
    if (verdict.type === "refused") throw new TunnelError(verdict.code, verdict.message, { hint: verdict.hint });
    const { jti, exp, sexp } = verdict.claims;
    await devices.admit({ deviceKey: base64url(request.deviceKey), approval: request.approval }, nowMs);
    const forgetAtMs = exp * 1000 + limits.clockLeewayMs;
    if (!this.#uses.take(jti, nameOf(request), forgetAtMs, nowMs)) {
      throw new TunnelError("already-used", "The session token was used before.", { hint: "Open the service again." });
    }
    return { endsAtMs: sexp * 1000, share: undefined };
  }

  async #admitShare(request: AdmissionRequest, token: ShareToken): Promise<AdmittedTunnel> {
    const { shares, devices } = this.#options;
    const nowMs = this.#options.serverNowMs();
    const { serverId, serviceId } = request;
    const isService = (serviceName: string) =>
      serviceIdOf(serverId as ServerId, serviceName, nodePrimitives.sha256) === serviceId;
    const atDoor = { token, deviceKey: base64url(request.deviceKey), tryId: nameOf(request), isService };
    const { shareId, madeBy, scope, expiresAt } = await shares.admit(atDoor, nowMs);
    if (!(await devices.mayShare(madeBy))) throw sharerGone();
    return { endsAtMs: Math.min(expiresAt, nowMs + limits.sessionMs), share: { shareId, madeBy, scope } };
  }

  #forgetPast(): void {
    const nowMs = this.#options.serverNowMs();
    for (const [name, { endsAtMs }] of this.#admitted) {
      if (endsAtMs + limits.clockLeewayMs < nowMs) this.#admitted.delete(name);
    }
  }
}

/** The fault of a share whose maker is no device of this agent any more. */
export function sharerGone(): TunnelError {
  return new TunnelError("revoked", "The device that made this share is no longer approved on the server.", {
    hint: "Ask who gave it to you for a new one.",
  });
}

function shareTokenOf(token: string): ShareToken {
  try {
    const text = Buffer.from(token.slice(shareTokenPrefix.length), "base64url").toString("utf8");
    return shareTokenSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TunnelError("invalid-request", "The share's token cannot be read.", {
      cause,
      hint: "Copy the whole link.",
    });
  }
}

function nameOf({ deviceKey, tunnelId }: TunnelName): string {
  return `${base64url(deviceKey)}.${base64url(tunnelId)}`;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
