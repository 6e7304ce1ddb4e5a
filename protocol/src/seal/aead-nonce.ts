/** The AES-GCM nonce of a message number (Noise rev 34 §12.2). */

/** 12 bytes: offset 0, 4 bytes: zero; offset 4, 8 bytes BE: the number. The caller owns them. */
export function aeadNonce(messageNumber: number): Uint8Array {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, Math.floor(messageNumber / 2 ** 32));
  view.setUint32(8, messageNumber % 2 ** 32);
  return nonce;
}
