import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TranscriptReader } from "./transcript-reader.ts";
import { TranscriptWriter } from "./transcript-writer.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "culvert-transcript-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Everything from `offset` on, in reads of an odd size. */
function readAll(reader: TranscriptReader, offset = 0): string {
  let text = "";
  for (let at = offset; ; ) {
    const bytes = reader.read(at, 7);
    if (bytes === undefined) throw new Error(`nothing at ${at}`);
    if (bytes.length === 0) return text;
    text += Buffer.from(bytes).toString("latin1");
    at += bytes.length;
  }
}

test("bytes are found by their offset, while they are written and across files and runs of the writer", async () => {
  const pieces = fc.array(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 60 }), { maxLength: 20 });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 10, max: 80 }), async (texts, segmentBytes) => {
      count += 1;
      const place = join(folder, String(count));
      const follower = new TranscriptReader(place);
      let written = "";
      let followed = "";
      for (const [index, text] of texts.entries()) {
        const writer = new TranscriptWriter({ folder: place, segmentBytes });
        expect(writer.end).toBe(written.length);
        writer.write(Buffer.from(text, "latin1"));
        written += text;
        if (index % 2 === 0) followed += readAll(follower, followed.length);
        await writer.close();
      }
      followed += readAll(follower, followed.length);
      expect(followed).toBe(written);
      expect(readAll(new TranscriptReader(place))).toBe(written);
      expect(new TranscriptReader(place).end()).toBe(written.length);
    }),
    { numRuns: 60 },
  );
});

test("full files are compressed, and nobody else may read any", async () => {
  const writer = new TranscriptWriter({ folder, segmentBytes: 1_000 });
  for (let index = 0; index < 5; index += 1) writer.write(Buffer.alloc(700, `${index}`));
  await writer.close();
  expect(readdirSync(folder).sort()).toEqual([
    "0000000000000000.log.gz",
    "0000000000001400.log.gz",
    "0000000000002800.log",
  ]);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
});

test("the oldest files go when there is too much, and asking for them says so", async () => {
  const noise = (seed: number) => Buffer.from(Array.from({ length: 500 }, (_, at) => (at * at * seed + at) % 251));
  const writer = new TranscriptWriter({ folder, segmentBytes: 500, transcriptBytes: 1_200 });
  for (let seed = 1; seed <= 6; seed += 1) writer.write(noise(seed));
  await writer.close();
  const reader = new TranscriptReader(folder);
  expect(reader.start).toBeGreaterThan(0);
  expect(reader.read(0, 10)).toBeUndefined();
  expect(Buffer.from(reader.read(2_500, 500) ?? [])).toEqual(noise(6));
  expect(reader.end()).toBe(3_000);
});

test("an empty transcript has nothing yet", () => {
  const reader = new TranscriptReader(join(folder, "none"));
  expect([reader.start, reader.end(), reader.read(0, 10)]).toEqual([0, 0, new Uint8Array(0)]);
});
