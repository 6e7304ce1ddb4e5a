/** Holds the tables of SPEC.md on handshakes, records, control messages and signaling to the code. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { handshakeTypes } from "../src/endpoint/handshake-messages.ts";
import { controlMessageSchema, largestRecordBytes, recordTypes } from "../src/http/index.ts";
import { noisePatterns } from "../src/seal/noise-patterns.ts";
import {
  fromAgentSchema,
  fromViewerSchema,
  relayEnvelope,
  toAgentSchema,
  toViewerSchema,
} from "../src/signaling/index.ts";
import { codeWords, section, tableRows } from "./specification.ts";

const kibibytes = (cell: string): number | null => {
  const [, count, unit] = /^(\d+) (KiB|MiB)$/.exec(cell) ?? [];
  return count === undefined ? null : Number(count) * (unit === "MiB" ? 1_048_576 : 1_024);
};

interface Message {
  readonly shape: Record<string, z.ZodType>;
}

/** Types and their fields, from schemas whose `type` is a literal. */
function messages(options: readonly Message[]): Record<string, string[]> {
  const entries = options.map(({ shape }): [string, string[]] => {
    const { type, ...fields } = shape;
    const name = z.object({ value: z.string() }).parse(type).value;
    return [name, Object.keys(fields)];
  });
  return Object.fromEntries(entries);
}

const tableMessages = (heading: string, firstHeader: string, fieldsCell: number): Record<string, string[]> =>
  Object.fromEntries(
    tableRows(heading, firstHeader).map((row): [string, string[]] => {
      const words = codeWords(row[fieldsCell] ?? "").filter((word) => !word.startsWith('"'));
      return [codeWords(row[0] ?? "")[0] ?? "", words];
    }),
  );

describe("SPEC.md", () => {
  it("names both handshakes and the first bytes of their messages", () => {
    const rows = tableRows("Handshakes", "message");
    const firstBytes = rows.slice(0, 3).map((row) => Number(codeWords(row[1] ?? "")[0]));
    expect(firstBytes).toEqual([handshakeTypes.opening, handshakeTypes.attachment, handshakeTypes.answer]);
    for (const { protocolName } of Object.values(noisePatterns)) expect(section("Handshakes")).toContain(protocolName);
  });

  it("lists every record with its type and limit", () => {
    const rows = tableRows("Records", "type").map(([type, name, , most]) => [
      name,
      Number(type),
      kibibytes(most ?? ""),
    ]);
    const want = Object.entries(recordTypes).map(([name, type]) => [
      name,
      type,
      name === "data" ? null : largestRecordBytes[name as keyof typeof largestRecordBytes],
    ]);
    expect(rows).toEqual(want);
  });

  it("lists every control message with its fields", () => {
    expect(tableMessages("Control messages", "`type`", 2)).toEqual(messages(controlMessageSchema.options));
  });

  it("lists every signaling message with its fields", () => {
    expect(tableMessages("Signaling", "signaling → agent", 1)).toEqual(messages(toAgentSchema.options));
    expect(tableMessages("Signaling", "agent → signaling", 1)).toEqual(messages(fromAgentSchema.options));
    expect(tableMessages("Signaling", "viewer → signaling", 1)).toEqual(messages([fromViewerSchema]));
    expect(tableMessages("Signaling", "signaling → viewer", 1)).toEqual(messages(toViewerSchema.options));
  });

  it("shows the relay envelope as it is", () => {
    const rows = tableRows("Signaling", "offset");
    expect(codeWords(rows[0]?.[2] ?? "").map(Number)).toEqual([relayEnvelope.data, relayEnvelope.credit]);
    expect(Number(rows.at(-1)?.[0])).toBe(relayEnvelope.headerBytes);
  });
});
