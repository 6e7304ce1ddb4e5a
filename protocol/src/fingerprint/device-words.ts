/** A device's fingerprint as words that people compare by eye and ear (SPEC.md §Words of a device). Pure. */
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { encodeUtf8 } from "../wire/utf8.ts";

/** 8 words of 2,048 are 88 bits: who wants another key with the same ones makes some 2^87 key pairs. */
const wordCount = 8;
const bitsPerWord = 11;

/** 32 bytes of SHA-256. */
export type Sha256 = (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/**
 * The words of a viewer's X25519 device key (32 bytes), most significant bits first. The same key has the same words
 * everywhere: on the machine, in every browser, in any language that reads BIP-39's English list.
 */
export async function deviceWords(deviceKey: Uint8Array, sha256: Sha256): Promise<readonly string[]> {
  const label = encodeUtf8("culvert device words\0");
  const input = new Uint8Array(label.length + deviceKey.length);
  input.set(label);
  input.set(deviceKey, label.length);
  const hash = await sha256(input);
  return Array.from({ length: wordCount }, (_, index) => wordlist[numberAt(hash, index * bitsPerWord)] ?? "");
}

/** The 11 bits that begin at a bit. */
function numberAt(bytes: Uint8Array, firstBit: number): number {
  let value = 0;
  for (let bit = firstBit; bit < firstBit + bitsPerWord; bit += 1) {
    const byte = bytes[bit >> 3] ?? 0;
    value = (value << 1) | ((byte >> (7 - (bit & 7))) & 1);
  }
  return value;
}
