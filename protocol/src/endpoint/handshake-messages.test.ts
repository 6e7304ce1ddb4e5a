import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TunnelError } from "../errors.ts";
import { toHex } from "../wire/hex.ts";
import {
  decodeAnswer,
  decodeFirstMessage,
  encodeAnswer,
  encodeFirstMessage,
  type FirstMessage,
} from "./handshake-messages.ts";
import { attachPrologue, openingPrologue } from "./prologue.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const id = "000102030405060708090a0b0c0d0e0f";
const malformed = expect.objectContaining({ code: "protocol-error", scope: "path", origin: "remote" });

describe("first messages", () => {
  const accepted: [string, string, FirstMessage][] = [
    ["an opening", "01 01 01 aabb", { type: "opening", version: 1, pathId: 1, noise: bytes("aabb") }],
    [
      "an opening with a wide path id",
      "01 01 4040 aa",
      { type: "opening", version: 1, pathId: 64, noise: bytes("aa") },
    ],
    [
      "an attachment",
      `02 01 07 ${id} cc`,
      { type: "attachment", version: 1, pathId: 7, tunnelId: bytes(id), noise: bytes("cc") },
    ],
  ];
  it.each(accepted)("reads and writes %s", (_what, hex, message) => {
    expect(decodeFirstMessage(bytes(hex))).toEqual(message);
    expect(encodeFirstMessage(message)).toEqual(bytes(hex));
  });

  it.each([
    ["nothing", ""],
    ["an unknown type", "00 01 01 aa"],
    ["an answer", "03 aa"],
    ["a version 0", "01 00 01 aa"],
    ["a path id 0", "01 01 00 aa"],
    ["a header cut short", "01 01"],
    ["a varint cut short", "01 01 80 00"],
    ["a tunnel id cut short", `02 01 01 ${id.slice(2)}`],
    ["a path id above 2^53", "01 01 ffffffffffffffff aa"],
  ])("refuses %s", (_what, hex) => {
    expect(() => decodeFirstMessage(bytes(hex))).toThrow(malformed);
  });

  it("reads an answer, and refuses anything else as one", () => {
    expect(encodeAnswer(bytes("aabb"))).toEqual(bytes("03 aabb"));
    expect(decodeAnswer(bytes("03 aabb"))).toEqual(bytes("aabb"));
    for (const hex of ["", "01 aa", "02 aa", "04"]) expect(() => decodeAnswer(bytes(hex))).toThrow(malformed);
  });

  it("throws nothing but a TunnelError for bytes of any kind", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (whole) => {
        try {
          expect(decodeFirstMessage(encodeFirstMessage(decodeFirstMessage(whole)))).toEqual(decodeFirstMessage(whole));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TunnelError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("prologues", () => {
  it("hold each field with its length in front", () => {
    const session = { sessionId: "s", serverId: "", serviceId: "ä" };
    expect(toHex(openingPrologue(1, 300, session))).toBe(
      `0e${Buffer.from("culvert tunnel").toString("hex")} 0101 0173 00 02c3a4 02412c`.replaceAll(" ", ""),
    );
    expect(toHex(attachPrologue(1, 2, bytes(id)))).toBe(
      `0c${Buffer.from("culvert path").toString("hex")} 0101 10${id} 0102`.replaceAll(" ", ""),
    );
  });

  it("differ wherever two fields share their letters differently", () => {
    const one = openingPrologue(1, 1, { sessionId: "ab", serverId: "c", serviceId: "d" });
    const other = openingPrologue(1, 1, { sessionId: "a", serverId: "bc", serviceId: "d" });
    expect(one).not.toEqual(other);
  });
});
