/** Holds words of devices to the vectors, which another program computed from SPEC.md. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { deviceWords } from "../src/fingerprint/index.ts";

const vectorsSchema = z.object({
  vectors: z.array(z.object({ note: z.string(), deviceKey: z.string(), words: z.string() })),
});
const file = readFileSync(new URL("../vectors/device-words.json", import.meta.url), "utf8");
const { vectors } = vectorsSchema.parse(JSON.parse(file));

const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest();

it.each(vectors)("$note", async ({ deviceKey, words }) => {
  expect((await deviceWords(Buffer.from(deviceKey, "hex"), sha256)).join(" ")).toBe(words);
});

it("are eight words for any key, the same each time, also where the hash is a promise", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (key) => {
      const words = await deviceWords(key, async (data) => sha256(data));
      expect(words).toHaveLength(8);
      for (const word of words) expect(word).toMatch(/^[a-z]{3,8}$/);
      expect(await deviceWords(key, sha256)).toEqual(words);
    }),
  );
});

it("change with one bit of the key", async () => {
  const [first, second] = [new Uint8Array(32), new Uint8Array(32)];
  second[31] = 1;
  expect(await deviceWords(first, sha256)).not.toEqual(await deviceWords(second, sha256));
});
