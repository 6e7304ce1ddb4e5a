/** Header values hold bytes, one character each; script holds text. In cookies the bytes are UTF-8, as browsers have it. */

/** The UTF-8 bytes of a text, one character each. */
export function toByteString(text: string): string {
  if (isAscii(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** The text of a byte string; bytes that are no UTF-8 become U+FFFD. */
export function fromByteString(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
