/**
 * New keys for this machine, vouched for by the old ones. Invariant: the new keys are on disk before the control plane
 * hears of them, and take the old ones' place only after it has: a crash at any moment is mended by the next run.
 */
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { redeemedEnrollmentSchema, rotationProof } from "@culvert/protocol/signaling";
import { agentIdentity } from "./agent-identity.ts";
import { postToControlPlane } from "./control-plane-request.ts";
import { type Enrolment, storeEnrolment } from "./data-folder.ts";
import { enrolmentOf } from "./enrolment.ts";
import { bringIdentity, forgetInKeychain, loadStoredIdentity, nextIdentityFile } from "./identity-place.ts";
import { type Keychain, systemKeychain } from "./keychain.ts";

/** Files that belong to the old keys alone. */
const clearedFiles = ["devices.json", "shares.json"];

/** Rotates, and gives the new enrolment. Rejects with the control plane's own code; the old keys stay then. */
export async function rotateIdentity(
  folder: string,
  enrolment: Enrolment,
  keychain: Keychain = systemKeychain(),
): Promise<Enrolment> {
  const oldPath = join(folder, "identity.json");
  const newPath = join(folder, nextIdentityFile);
  const { stored: oldKeys, place } = await loadStoredIdentity(oldPath, "file", keychain);
  const old = agentIdentity(oldKeys);
  // Keys of a rotation that failed may lie elsewhere: the new ones take the old ones' place, not another.
  const next = agentIdentity(await bringIdentity(newPath, place, keychain));
  const { identityKey, noiseKey } = next.publicKey;
  const proof = rotationProof(old.serverId, identityKey, noiseKey);
  const redeemed = await postToControlPlane(
    new URL("/api/enrollments/rotate", enrolment.serverUrl),
    {
      serverId: old.serverId,
      newKey: next.publicKey,
      oldSignature: old.sign(proof),
      newSignature: next.sign(proof),
    },
    redeemedEnrollmentSchema,
  );
  const renewed = enrolmentOf({ ...enrolment, identity: next }, redeemed);
  for (const name of clearedFiles) await rm(join(folder, name), { force: true });
  await rename(newPath, oldPath);
  await storeEnrolment(folder, renewed);
  if (place === "keychain") await forgetInKeychain(oldKeys, keychain);
  return renewed;
}
