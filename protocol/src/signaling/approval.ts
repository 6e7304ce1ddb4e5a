/** How a device and an agent are approved for each other: strings over both keys, or a link with a secret. Pure. */
import { encodeUtf8 } from "../wire/utf8.ts";
import { base32Name } from "./ids.ts";

/** Whose approval a string is for: `device` is typed on the agent, `server` at the viewer. */
export type ApprovalSide = "device" | "server";

/** PBKDF2-HMAC-SHA-256; `lengthBytes` bytes. */
export type Pbkdf2 = (
  secret: Uint8Array,
  salt: Uint8Array,
  options: { readonly rounds: number; readonly lengthBytes: number },
) => Promise<Uint8Array>;

/** Rounds make a guess dear for who looks for two keys with the same string; an honest side computes a few. */
const rounds = 100_000;
const stringLength = 16;

/**
 * The string for one side, 16 characters in groups of four: `k7xm-2qpa-mm3n-z5de` (SPEC.md §Approving devices).
 * `identityKey`: the agent's Ed25519 key, `deviceKey`: the viewer's X25519 key, 32 bytes each.
 */
export async function approvalString(
  side: ApprovalSide,
  keys: { readonly identityKey: Uint8Array; readonly deviceKey: Uint8Array },
  pbkdf2: Pbkdf2,
): Promise<string> {
  const both = new Uint8Array(64);
  both.set(keys.identityKey);
  both.set(keys.deviceKey, 32);
  const bits = await pbkdf2(both, encodeUtf8(`culvert approve ${side}`), { rounds, lengthBytes: 20 });
  return grouped(base32Name(bits).slice(0, stringLength));
}

/** What a person typed as a string is written here: blanks, dashes and capitals do not count. */
export function typedApprovalString(typed: string): string {
  return grouped(typed.toLowerCase().replace(/[^a-z2-7]/g, ""));
}

/** A key's name as people compare it: a serverId in groups. */
export function fingerprintOf(serverId: string): string {
  return grouped(serverId);
}

function grouped(text: string): string {
  return text.match(/.{1,4}/g)?.join("-") ?? "";
}
