/** Envelopes, byte by byte. */
import { expect, test } from "vitest";
import { readEnvelope } from "./relay-envelope.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

test.each([
  ["data of one byte", "01 00000007 ff", 7],
  ["the largest relayId", "01 ffffffff 00", 4_294_967_295],
  ["credit", "02 00010000 0000000000010000", 65_536],
])("%s names its relay", (_name, hex, relayId) => {
  expect(readEnvelope(bytes(hex))?.relayId).toBe(relayId);
});

test.each([
  ["nothing", ""],
  ["a cut header", "01 000000"],
  ["data without a byte", "01 00000007"],
  ["an unknown kind", "03 00000007 ff"],
  ["credit cut short", "02 00000007 00000000000100"],
  ["credit with more", "02 00000007 0000000000010000 00"],
])("%s is no envelope", (_name, hex) => {
  expect(readEnvelope(bytes(hex))).toBeUndefined();
});

test("a relay message of 32 KiB fits, one byte more does not", () => {
  const envelope = new Uint8Array(5 + 32_768 + 1);
  envelope[0] = 1;
  expect(readEnvelope(envelope.subarray(0, 5 + 32_768))).toEqual({ kind: "data", relayId: 0, payloadBytes: 32_768 });
  expect(readEnvelope(envelope)).toBeUndefined();
});

test("credit is read as an absolute number of bytes", () => {
  const credit = { kind: "credit", relayId: 7, limitBytes: 131_072 };
  expect(readEnvelope(bytes("02 00000007 0000000000020000"))).toEqual(credit);
});

test("a view into a larger buffer is read at its own offset", () => {
  expect(readEnvelope(bytes("ffff 01 00000009 aa").subarray(2))?.relayId).toBe(9);
});
