/** Changes to known inputs: what a hostile peer makes of messages that are nearly right. */
import type { SeededRandom } from "../../protocol/src/testing/random.ts";

/** Numbers at the edges of varints and sizes, as bytes. */
const edges: readonly (readonly number[])[] = [
  [0x00],
  [0x3f],
  [0x40, 0x40],
  [0x7f, 0xff],
  [0x80, 0x00, 0x40, 0x00],
  [0xbf, 0xff, 0xff, 0xff],
  [0xc0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  // msgpack: large array, map, text, bytes and an extension.
  [0xdd, 0xff, 0xff, 0xff, 0xff],
  [0xdf, 0xff, 0xff, 0xff, 0xff],
  [0xdb, 0x7f, 0xff, 0xff, 0xff],
  [0xc6, 0x7f, 0xff, 0xff, 0xff],
  [0xc7, 0x04, 0xff, 0x00],
  // UTF-8 that is cut, too long, or a surrogate.
  [0xe2, 0x82],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
];

const mostBytes = 4_096;

/** A random input, or one of the known ones with one to four changes. */
export function mutated(known: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  if (known.length === 0 || random.chance(0.1)) return random.bytes(random.whole(0, 200));
  let bytes: Uint8Array = random.pick(known).slice();
  for (let change = random.whole(1, 4); change > 0; change -= 1) bytes = changed(bytes, known, random);
  return bytes.slice(0, mostBytes);
}

function changed(bytes: Uint8Array, known: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  const at = random.whole(0, bytes.length);
  const to = random.whole(at, Math.min(bytes.length, at + 16));
  switch (random.whole(0, 7)) {
    case 0:
      return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << random.whole(0, 7)));
    case 1:
      return withByte(bytes, at, random.whole(0, 255));
    case 2:
      return joined(bytes.subarray(0, at), random.pick(edges), bytes.subarray(at));
    case 3:
      return joined(bytes.subarray(0, at), random.pick(edges), bytes.subarray(to));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(to));
    case 5:
      return joined(bytes.subarray(0, to), bytes.subarray(at));
    case 6:
      return bytes.slice(0, at);
    default: {
      const other = random.pick(known);
      return joined(bytes.subarray(0, at), other.subarray(random.whole(0, other.length)));
    }
  }
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  if (at < bytes.length) bytes[at] = value;
  return bytes;
}

function joined(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
