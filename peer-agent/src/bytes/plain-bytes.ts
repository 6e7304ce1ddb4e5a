/** Node's Buffer is a Uint8Array whose `slice` does not copy; shared code is given plain arrays, so that it does. */

/** The same bytes, not copied, as a plain Uint8Array. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
