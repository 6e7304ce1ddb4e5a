/**
 * The shares of this agent. Invariant: scope, end, uses and PIN tries are decided here and written down before a viewer
 * is let in; neither the proof nor the PIN is kept in clear.
 */
import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { TunnelError } from "@culvert/protocol";
import { type CreateShare, type ShareId, type ShareToken, shareScopeSchema } from "@culvert/protocol/signaling";
import { z } from "zod";
import type { KeptState } from "../identity/kept-state.ts";

/** Shares that are neither over nor revoked; beyond it making one fails with `limit-reached`. */
const mostLive = 200;
/** Shares that are over are shown for so long. */
const keptMs = 30 * 24 * 60 * 60 * 1000;
/** Wrong PINs in all; then the share is closed for good. */
export const pinTries = 5;
/** Tries of one tunnel are one try: signaling may send a first message again. */
const rememberedTries = 64;

const shareSchema = z.object({
  shareId: z.string(),
  proofHash: z.string(),
  label: z.string(),
  scope: shareScopeSchema,
  createdAt: z.number(),
  expiresAt: z.number(),
  uses: z.number().nullable(),
  /** Device keys that opened it; counted where `uses` is a number. */
  openedBy: z.array(z.string()),
  pin: z.object({ salt: z.string(), hash: z.string(), wrongTries: z.number() }).nullable(),
  /** The device that made it. */
  madeBy: z.string(),
  revokedAt: z.number().nullable(),
});
export type KeptShare = z.infer<typeof shareSchema>;
export const sharesSchema = z.object({ v: z.literal(1), shares: z.array(shareSchema) });
export type KeptShares = z.infer<typeof sharesSchema>;
export const noShares: KeptShares = { v: 1, shares: [] };

/** A viewer at the door of a share. */
export interface ShareAtDoor {
  readonly token: ShareToken;
  readonly deviceKey: string;
  /** Names this try: the same one is counted once. */
  readonly tryId: string;
  /** What is opened. */
  readonly isService: (serviceName: string) => boolean;
}

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scrypt);

export class ShareList {
  readonly #state: KeptState<KeptShares>;
  readonly #tries: string[] = [];

  constructor(state: KeptState<KeptShares>) {
    this.#state = state;
  }

  async all(): Promise<readonly KeptShare[]> {
    return (await this.#state.read()).shares;
  }

  /** Calls `listener` when a share may have changed. */
  watch(listener: () => void): () => void {
    return this.#state.watch(listener);
  }

  /** Takes a new share; throws `already-used`, `expired` or `limit-reached`. */
  async create(request: CreateShare, madeBy: string, nowMs: number): Promise<KeptShare> {
    const { shareId, proofHash, label, scope, expiresAt, uses, pin } = request;
    if (expiresAt <= nowMs) throw new TunnelError("expired", "The share would be over already.");
    const share: KeptShare = {
      ...{ shareId, proofHash, label, scope, createdAt: nowMs, expiresAt, uses: uses ?? null, openedBy: [] },
      ...{ pin: pin === undefined ? null : await hashedPin(pin), madeBy, revokedAt: null },
    };
    await this.#state.update((state) => {
      const shares = state.shares.filter((known) => known.expiresAt > nowMs - keptMs);
      if (shares.some((known) => known.shareId === shareId)) {
        throw new TunnelError("already-used", "There is a share of this id.");
      }
      if (shares.filter((known) => known.revokedAt === null && known.expiresAt > nowMs).length >= mostLive) {
        throw new TunnelError("limit-reached", `This server has ${mostLive} live shares, the most it may have.`, {
          hint: "Revoke some of them.",
        });
      }
      return { ...state, shares: [share, ...shares] };
    });
    return share;
  }

  /** Takes a share back; false where there is none. */
  async revoke(shareId: string, nowMs: number): Promise<boolean> {
    return this.#revokeWhere((share) => share.shareId === shareId, nowMs);
  }

  /** Takes back what a device made. */
  async revokeMadeBy(deviceKey: string, nowMs: number): Promise<void> {
    await this.#revokeWhere((share) => share.madeBy === deviceKey, nowMs);
  }

  /**
   * Lets a viewer in and counts it, or throws: `not-found`, `revoked`, `expired`, `forbidden`, `pin-needed`,
   * `limit-reached`, `already-used`. Of any number at once exactly `uses` devices get in.
   */
  async admit(visitor: ShareAtDoor, nowMs: number): Promise<KeptShare> {
    let admitted: KeptShare | undefined;
    let refusal: TunnelError | undefined;
    await this.#state.update(async (state) => {
      const share = state.shares.find(({ shareId }) => shareId === visitor.token.shareId);
      if (share === undefined || !provesItself(share, visitor.token)) {
        refusal = noSuchShare();
        return state;
      }
      const verdict = await this.#decide(share, visitor, nowMs);
      refusal = verdict.refusal;
      admitted = verdict.share;
      if (verdict.share === share) return state;
      return { ...state, shares: state.shares.map((other) => (other === share ? verdict.share : other)) };
    });
    if (refusal !== undefined || admitted === undefined) throw refusal ?? noSuchShare();
    return admitted;
  }

  async #decide(
    share: KeptShare,
    { token, deviceKey, tryId, isService }: ShareAtDoor,
    nowMs: number,
  ): Promise<{ share: KeptShare; refusal?: TunnelError }> {
    const over = overBecause(share, nowMs);
    if (over !== undefined) return { share, refusal: over };
    if (!isService(share.scope.serviceName)) {
      return { share, refusal: refused("forbidden", "This share is for another service.") };
    }
    if (share.pin !== null) {
      if (share.pin.wrongTries >= pinTries) return { share, refusal: tooManyPins() };
      if (token.pin === undefined) return { share, refusal: refused("pin-needed", "This share asks for its PIN.") };
      if (!(await isPin(share.pin, token.pin))) return this.#wrongPin(share, share.pin, tryId);
    }
    if (share.uses === null || share.openedBy.includes(deviceKey)) return { share };
    if (share.openedBy.length >= share.uses) {
      const words = share.uses === 1 ? "was opened on another device" : `was opened on ${share.uses} devices`;
      return { share, refusal: refused("already-used", `This share ${words}, as many as it allows.`) };
    }
    return { share: { ...share, openedBy: [...share.openedBy, deviceKey] } };
  }

  #wrongPin(share: KeptShare, pin: NonNullable<KeptShare["pin"]>, tryId: string) {
    const isRepeated = this.#tries.includes(tryId);
    if (!isRepeated) this.#tries.push(tryId);
    if (this.#tries.length > rememberedTries) this.#tries.shift();
    const wrongTries = isRepeated ? pin.wrongTries : pin.wrongTries + 1;
    const left = pinTries - wrongTries;
    const refusal =
      left <= 0
        ? tooManyPins()
        : refused("pin-needed", `That PIN is wrong. ${left} ${left === 1 ? "try is" : "tries are"} left.`);
    return { share: isRepeated ? share : { ...share, pin: { ...pin, wrongTries } }, refusal };
  }

  async #revokeWhere(fits: (share: KeptShare) => boolean, nowMs: number): Promise<boolean> {
    let found = false;
    await this.#state.update((state) => {
      found = state.shares.some(fits);
      if (!state.shares.some((share) => fits(share) && share.revokedAt === null)) return state;
      const revoked = (share: KeptShare) => ({ ...share, revokedAt: share.revokedAt ?? nowMs });
      return { ...state, shares: state.shares.map((share) => (fits(share) ? revoked(share) : share)) };
    });
    return found;
  }
}

/** Why a share opens nothing any more; undefined while it does. Pure. */
export function overBecause({ revokedAt, expiresAt }: KeptShare, nowMs: number): TunnelError | undefined {
  if (revokedAt !== null) return refused("revoked", "This share was taken back.");
  return expiresAt <= nowMs ? refused("expired", "This share is over.") : undefined;
}

/** The share's id as others write it. */
export function shareIdOf(share: KeptShare): ShareId {
  return share.shareId as ShareId;
}

function provesItself({ proofHash }: KeptShare, { proof }: ShareToken): boolean {
  const shown = createHash("sha256").update(Buffer.from(proof, "base64url")).digest();
  const kept = Buffer.from(proofHash, "base64url");
  return kept.length === shown.length && timingSafeEqual(kept, shown);
}

async function hashedPin(pin: string): Promise<NonNullable<KeptShare["pin"]>> {
  const salt = randomBytes(16);
  return { salt: salt.toString("base64url"), hash: (await pinHash(pin, salt)).toString("base64url"), wrongTries: 0 };
}

async function isPin({ salt, hash }: NonNullable<KeptShare["pin"]>, pin: string): Promise<boolean> {
  return timingSafeEqual(Buffer.from(hash, "base64url"), await pinHash(pin, Buffer.from(salt, "base64url")));
}

/** OWASP's least for scrypt with little memory: a laptop checks one in some tens of ms. */
function pinHash(pin: string, salt: Buffer): Promise<Buffer> {
  return derive(pin.normalize("NFC").trim(), salt, 32, { N: 16_384, r: 8, p: 1 });
}

function refused(
  code: "forbidden" | "pin-needed" | "already-used" | "revoked" | "expired",
  message: string,
): TunnelError {
  const hint =
    code === "pin-needed" ? "Type the PIN that you were given with the link." : "Ask who gave it to you for a new one.";
  return new TunnelError(code, message, { hint });
}

function tooManyPins(): TunnelError {
  return new TunnelError("limit-reached", `The PIN of this share was mistyped ${pinTries} times: it is closed now.`, {
    hint: "Ask who gave it to you for a new one.",
  });
}

function noSuchShare(): TunnelError {
  return new TunnelError("not-found", "There is no such share on this server, or its link was cut short.", {
    hint: "Copy the whole link, or ask who gave it to you for a new one.",
  });
}
