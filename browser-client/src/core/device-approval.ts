/** Approval strings in a browser, and whether it keeps its data. */
import { type ApprovalSide, approvalString, type Pbkdf2, typedApprovalString } from "@culvert/protocol/signaling";
import { fromBase64url } from "./base64url.ts";
import { ownedBytes } from "./owned-bytes.ts";

/** Both keys, base64url. */
export interface ApprovalKeys {
  readonly identityKey: string;
  readonly deviceKey: string;
}

/** The string to show (`device`) or to expect (`server`). */
export function approvalStringOf(side: ApprovalSide, { identityKey, deviceKey }: ApprovalKeys): Promise<string> {
  const keys = { identityKey: fromBase64url(identityKey), deviceKey: fromBase64url(deviceKey) };
  return approvalString(side, keys, webPbkdf2);
}

/** True where what a person typed is the string that proves the agent. */
export async function provesServer(typed: string, keys: ApprovalKeys): Promise<boolean> {
  return typedApprovalString(typed) === (await approvalStringOf("server", keys));
}

/** Asks the browser to keep this device's key; false where it may throw it away when space is short. */
export async function keepStorage(): Promise<boolean> {
  try {
    return await navigator.storage.persist();
  } catch {
    return false;
  }
}

const webPbkdf2: Pbkdf2 = async (secret, salt, { rounds, lengthBytes }) => {
  const key = await crypto.subtle.importKey("raw", ownedBytes(secret), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: ownedBytes(salt), iterations: rounds },
    key,
    lengthBytes * 8,
  );
  return new Uint8Array(bits);
};
