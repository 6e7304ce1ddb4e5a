/** Bytes typed as WebCrypto and WebRTC take them: over an ArrayBuffer, never over shared memory. */

/** The same bytes; copied only where they lie in shared memory. */
export function ownedBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

/** A copy in a buffer of its own, which can be transferred without taking its neighbours along. */
export function transferableCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
