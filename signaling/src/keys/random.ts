/** Unguessable texts and how they are kept: a hash alone, because they are random enough to need no salt. */
import { createHash, randomBytes } from "node:crypto";
import { base32Name } from "@culvert/protocol/signaling";

/** 26 characters of lower-case base32: 130 bits, easy to type. */
export function randomName(): string {
  return base32Name(randomBytes(17));
}

/** 256 bits as base64url. */
export function randomTicket(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256 of a text, base64url. `purpose` keeps hashes of one kind from standing for another. */
export function hashOf(purpose: string, text: string): string {
  return createHash("sha256").update(`culvert-${purpose}\0${text}`).digest("base64url");
}

/** SHA-256 in the shape that protocol's derived ids take. */
export function sha256(data: Uint8Array): Uint8Array {
  return createHash("sha256").update(data).digest();
}
