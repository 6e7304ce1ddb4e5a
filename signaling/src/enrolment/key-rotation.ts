/**
 * New keys for an enrolled machine. Invariant: the old key signs the new one, the new key is a new server, and nothing of
 * the old one (sessions, shares, app origins) comes with it but the owner's name for it.
 */
import { TunnelError } from "@culvert/protocol";
import { noiseKeyProof, type RotateKeys, rotationProof, type ServerId, serverIdOf } from "@culvert/protocol/signaling";
import { appendAudit } from "../audit/index.ts";
import { sha256 } from "../keys/index.ts";
import type { ServersTable } from "../store/index.ts";
import { type EnrolmentOptions, enrol } from "./enrolment.ts";
import { isSignedBy } from "./key-proofs.ts";

/** What rotation stands on. */
export type KeyRotationOptions = EnrolmentOptions & {
  /** Ends what the old server still has and tells its account that it is gone. */
  readonly afterRotation: (old: ServersTable) => Promise<void>;
};

/**
 * Puts the new server in the old one's place; the same request again gives the same answer. Throws `not-found` for a
 * machine that is not enrolled, `forbidden` for keys that are not proven.
 */
export async function rotateKeys(options: KeyRotationOptions, request: RotateKeys, address: string): Promise<ServerId> {
  const { store, directory, serversPerAccount } = options;
  const nowMs = options.nowMs();
  const { serverId: oldId, newKey, oldSignature } = request;
  const newId = serverIdOf(Buffer.from(newKey.identityKey, "base64url"), sha256);
  const query = store.queries.selectFrom("servers").selectAll();
  const old = await query.where("serverId", "=", oldId).executeTakeFirst();
  if (old === undefined) throw notEnrolled();
  requireRotationProofs(request, old.identityKey);
  if (old.removedAt !== null) {
    const present = await query.where("serverId", "=", newId).executeTakeFirst();
    if (present?.removedAt === null && present.succeedsServerId === oldId) return newId;
    throw notEnrolled();
  }
  const { accountId } = old;
  const server = await store.queries.transaction().execute(async (transaction) => {
    const removed = await transaction
      .updateTable("servers")
      .set({ removedAt: nowMs, presence: null })
      .where("serverId", "=", oldId)
      .where("removedAt", "is", null)
      .returning("serverId")
      .executeTakeFirst();
    if (removed === undefined) throw notEnrolled();
    const fresh = { ...newKey, label: old.label };
    await enrol(transaction, { request: fresh, serverId: newId, accountId, serversPerAccount, nowMs });
    const columns = {
      ownerLabel: old.ownerLabel,
      ownerGroup: old.ownerGroup,
      succeedsServerId: oldId,
      succeedsIdentityKey: old.identityKey,
      successionSignature: oldSignature,
    };
    const details = { label: old.label, succeeds: oldId };
    await appendAudit(transaction, {
      accountId,
      address,
      who: old.label,
      action: "enrol",
      subject: newId,
      details,
      nowMs,
    });
    return transaction
      .updateTable("servers")
      .set(columns)
      .where("serverId", "=", newId)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
  await options.afterRotation(old);
  directory.publish(server);
  return newId;
}

function requireRotationProofs(
  { serverId, newKey, oldSignature, newSignature }: RotateKeys,
  oldIdentityKey: string,
): void {
  const { identityKey, noiseKey, noiseKeySignature } = newKey;
  const proof = rotationProof(serverId, identityKey, noiseKey);
  if (
    identityKey === oldIdentityKey ||
    !isSignedBy(oldIdentityKey, proof, oldSignature) ||
    !isSignedBy(identityKey, proof, newSignature) ||
    !isSignedBy(identityKey, noiseKeyProof(noiseKey), noiseKeySignature)
  ) {
    throw new TunnelError("forbidden", "The old key of this machine did not sign the new one.", {
      hint: "Run `culvert rotate` on the machine that has the old key.",
    });
  }
}

function notEnrolled(): TunnelError {
  return new TunnelError("not-found", "This machine is not enrolled here, or was removed.", {
    hint: "Enrol it with a code from the dashboard: Servers, Add server.",
  });
}
