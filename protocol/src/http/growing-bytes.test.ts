import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { GrowingBytes } from "./growing-bytes.ts";

const kibibyte = 1024;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes of a fragment in the middle of a message with so many others. */
function fragmentOf(bytes: Uint8Array, othersBytes: number): Uint8Array {
  const message = new Uint8Array(bytes.length + othersBytes);
  message.set(bytes, othersBytes >> 1);
  return message.subarray(othersBytes >> 1, (othersBytes >> 1) + bytes.length);
}

function patterned(lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

it("gives back what came, however it was cut and whatever it came with", () => {
  const cut = fc.record({ bytes: fc.integer({ min: 1, max: 20_000 }), others: fc.constantFrom(0, 30, 5_000, 60_000) });
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 12 }), (cuts) => {
      const all = patterned(cuts.reduce((sum, { bytes }) => sum + bytes, 0));
      const growing = new GrowingBytes(all.length);
      let offset = 0;
      for (const { bytes, others } of cuts) {
        growing.append(fragmentOf(all.subarray(offset, offset + bytes), others));
        offset += bytes;
        expect(growing.missingBytes).toBe(all.length - offset);
      }
      expect(Buffer.from(growing.whole()).equals(all)).toBe(true);
    }),
  );
});

it("gives bytes of its own: a fragment that was kept is not shared", () => {
  const fragment = patterned(8 * kibibyte);
  const growing = new GrowingBytes(fragment.length);
  growing.append(fragment);
  expect(growing.whole().buffer).not.toBe(fragment.buffer);
});

it("takes no memory for what was only announced", () => {
  const before = process.memoryUsage().arrayBuffers;
  const many = Array.from({ length: 100 }, () => new GrowingBytes(1024 * kibibyte));
  for (const growing of many) growing.append(patterned(10));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 32 * kibibyte);
  expect(many.every(({ missingBytes }) => missingBytes === 1024 * kibibyte - 10)).toBe(true);
});

it.each([
  ["a small part of a message lets it go", 8 * kibibyte, 56 * kibibyte, undefined],
  ["most of a message keeps it", 40 * kibibyte, 24 * kibibyte, 64 * kibibyte],
])("%s", async (_what, bytes, others, keptBytes) => {
  const growing = new GrowingBytes(1024 * kibibyte);
  const append = (): WeakRef<ArrayBufferLike> => {
    const fragment = fragmentOf(patterned(bytes), others);
    growing.append(fragment);
    return new WeakRef(fragment.buffer);
  };
  const message = append();
  // A WeakRef holds what it was made of until the end of the job.
  await setTimeout(0);
  collectGarbage();
  expect(message.deref()?.byteLength).toBe(keptBytes);
  expect(growing.missingBytes).toBe(1024 * kibibyte - bytes);
});
