/** Runs of bytes: put together, or made of a label. */

/** One new run that holds the given ones in order. */
export function joinBytes(...runs: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(runs.reduce((sum, run) => sum + run.length, 0));
  let offset = 0;
  for (const run of runs) {
    joined.set(run, offset);
    offset += run.length;
  }
  return joined;
}

/** The bytes of a label of ASCII characters. */
export function asciiBytes(label: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(label, (character) => character.charCodeAt(0));
}
