/**
 * Gives memory back at once. A browser's garbage collector looks at what it manages itself: buffers of messages that came
 * and went pile up to 64 MiB beside it before it runs.
 */

/** Frees the whole buffer that the bytes lie in; they are empty afterwards. Does nothing in browsers that cannot. */
export function freeBytes({ buffer }: Uint8Array): void {
  // tc39.es/ecma262 §25.1.6.7: what is transferred is detached, and no byte of it is in the new one.
  if (buffer instanceof ArrayBuffer && "transfer" in buffer) buffer.transfer(0);
}
