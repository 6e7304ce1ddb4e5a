import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { TunnelError } from "../errors.ts";
import { type RecordPart, RecordReader } from "./record-reader.ts";
import type { RecordName } from "./record-types.ts";
import { RecordWriter } from "./record-writer.ts";

/** A stream that yields the given runs and then END, and collects what is written. */
function streamOf(runs: readonly Uint8Array[] = []): ByteStream & { readonly written: Uint8Array[] } {
  const left = [...runs];
  const written: Uint8Array[] = [];
  return {
    id: 2,
    kind: "http",
    written,
    read: async () => left.shift() ?? null,
    write: async (bytes) => {
      written.push(bytes);
    },
    end: () => {},
    reset: () => {},
    stop: () => {},
    acknowledgedBytes: () => 0,
    closed: Promise.resolve(),
  };
}

const allNames: readonly RecordName[] = [
  "head",
  "interimHead",
  "data",
  "trailers",
  "failure",
  "text",
  "binary",
  "close",
  "control",
];

async function readAll(runs: readonly Uint8Array[], allowed = allNames): Promise<RecordPart[]> {
  const reader = new RecordReader(streamOf(runs), allowed);
  const parts: RecordPart[] = [];
  for (let part = await reader.next(); part !== null; part = await reader.next()) parts.push(part);
  return parts;
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const byteAtATime = (whole: Uint8Array): Uint8Array[] => Array.from(whole, (byte) => Uint8Array.of(byte));
/** The same parts with runs of data joined, since how data is cut means nothing. */
function joined(parts: readonly RecordPart[]): string[] {
  const texts: string[] = [];
  for (const part of parts) {
    const hex = Buffer.from(part.bytes).toString("hex");
    const last = texts.at(-1);
    if (part.type === "data" && last?.startsWith("data ")) texts[texts.length - 1] = last + hex;
    else texts.push(part.type === "data" ? `data ${hex}` : `${part.name} ${hex}`);
  }
  return texts;
}

describe("records on a stream", () => {
  const accepted: [string, string, string[]][] = [
    ["a head", "01 03 aabbcc", ["head aabbcc"]],
    ["an empty text", "11 00", ["text "]],
    ["data, also in several records", "03 02 0102 03 00 03 01 03", ["data 010203"]],
    ["a length in two bytes", `12 4040 ${"07".repeat(64)}`, [`binary ${"07".repeat(64)}`]],
    ["numbers in more bytes than needed", "4001 8000 0001 ff", ["head ff"]],
    ["an unknown type, skipped by its length", "3f 03 010203 01 01 09", ["head 09"]],
    ["an unknown type of eight bytes", "c0000000 00000fff 02 0000 11 01 61", ["text 61"]],
    ["an unknown record without bytes", "3f 00 21 00", ["control "]],
    ["nothing", "", []],
  ];
  it.each(accepted)("reads %s", async (_what, hex, want) => {
    expect(joined(await readAll([bytes(hex)]))).toEqual(want);
    expect(joined(await readAll(byteAtATime(bytes(hex))))).toEqual(want);
  });

  it.each(accepted.filter(([, hex]) => hex !== ""))(
    "rejects every truncation of %s but one between records",
    async (_what, hex) => {
      const whole = bytes(hex);
      const ends = new Set<number>([0]);
      const reader = async (length: number) => readAll([whole.subarray(0, length)]);
      for (let length = 1; length < whole.length; length += 1) {
        const outcome = await reader(length).then(
          () => "read" as const,
          (fault: unknown) => fault,
        );
        if (outcome === "read") ends.add(length);
        else expect(outcome).toMatchObject({ code: "protocol-error", scope: "stream", origin: "remote" });
      }
      expect(ends.size).toBeLessThanOrEqual(3);
    },
  );

  it("yields data as it comes, before its record is complete", async () => {
    const runs = [bytes("03 05 01"), bytes("0203")];
    const reader = new RecordReader(streamOf(runs), ["data"]);
    expect(await reader.next()).toEqual({ type: "data", bytes: bytes("01") });
    expect(await reader.next()).toEqual({ type: "data", bytes: bytes("0203") });
    await expect(reader.next()).rejects.toMatchObject({ code: "protocol-error" });
  });

  it.each([
    ["a head above 128 KiB", "01 80020001", "limit-reached"],
    ["a WebSocket message above 32 MiB", "12 82000001", "limit-reached"],
    ["a length near 2^53", "01 c01fffff ffffffff", "limit-reached"],
    ["a length above 2^53", "01 c0200000 00000000", "protocol-error"],
    ["a type above 2^53", "ffffffff ffffffff 00", "protocol-error"],
  ])("rejects %s by its header alone", async (_what, hex, code) => {
    const fault = { code, origin: "remote" };
    await expect(readAll([bytes(hex)])).rejects.toMatchObject(fault);
    await expect(readAll(byteAtATime(bytes(hex)))).rejects.toMatchObject(fault);
  });

  it("rejects a known record that has no place on the stream", async () => {
    await expect(readAll([bytes("21 00")], ["head", "data"])).rejects.toMatchObject({
      code: "protocol-error",
      scope: "stream",
    });
  });

  it("reads back what a writer wrote, however it was cut", { timeout: 60_000 }, async () => {
    const records = fc.array(
      fc.tuple(
        fc.constantFrom(...allNames),
        fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 1_020, maxLength: 1_040 })),
      ),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(records, fc.array(fc.nat(5_000), { maxLength: 8 }), async (list, cuts) => {
        const stream = streamOf();
        const writer = new RecordWriter(stream);
        for (const [name, payload] of list) writer.write(name, payload);
        const whole = Uint8Array.from(Buffer.concat(stream.written));
        const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
        const runs = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        const want = list.map(
          ([name, payload]): RecordPart =>
            name === "data" ? { type: "data", bytes: payload } : { type: "record", name, bytes: payload },
        );
        const wantTexts = joined(want.filter((part) => part.type !== "data" || part.bytes.length > 0));
        expect(joined(await readAll(runs.filter((run) => run.length > 0)))).toEqual(wantTexts);
      }),
    );
  });

  it("throws nothing but a TunnelError of scope stream for bytes of any kind", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (whole) => {
        const fault = await readAll([whole]).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (fault === null) return;
        expect(fault).toBeInstanceOf(TunnelError);
        expect(fault).toMatchObject({ scope: "stream", origin: "remote" });
      }),
      { numRuns: 500 },
    );
  });
});
