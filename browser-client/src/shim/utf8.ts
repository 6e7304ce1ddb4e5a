/** Size of text in UTF-8, as WebSocket counts it, without encoding it. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += 1;
    if (unit < 0x800) continue;
    const next = text.charCodeAt(index + 1);
    // A pair of surrogates is two units and four bytes; a lone one becomes U+FFFD, three bytes.
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) index += 1;
    bytes += 1;
  }
  return bytes;
}
