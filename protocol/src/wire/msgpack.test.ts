import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { TunnelError } from "../errors.ts";
import { decodeObject, encodeObject } from "./msgpack.ts";
import { msgpackFault } from "./msgpack-shape.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const anything = z.unknown();
const decode = (whole: Uint8Array): unknown => decodeObject(anything, whole, 1_000_000, "the object");
const refused = expect.objectContaining({ code: "protocol-error", scope: "stream", origin: "remote" });

describe("objects on the wire", () => {
  it.each([
    ["a map", "81 a1 61 01", { a: 1 }],
    ["nested maps and arrays", "81 a1 61 92 80 91 c3", { a: [{}, [true]] }],
    ["nil, false, true", "93 c0 c2 c3", [null, false, true]],
    [
      "integers of every width",
      "96 7f e0 cd 0100 d2 80000000 cf 001fffffffffffff cc 80",
      [127, -32, 256, -(2 ** 31), 2 ** 53 - 1, 128],
    ],
    ["a float", "cb 3ff8000000000000", 1.5],
    ["a text with its length in a byte", "d9 02 c3a4", "ä"],
    ["bytes", "c4 02 0102", bytes("0102")],
    ["a key that names a prototype", "81 a9 5f5f70726f746f5f5f 01", { __proto_: 1 }],
  ])("takes %s", (_what, hex, want) => {
    expect(decode(bytes(hex))).toEqual(want);
  });

  it.each([
    ["a timestamp extension", "d6 ff 00000000"],
    ["a regular expression", "c7 04 78 92 a1 61 a0"],
    ["a record definition", "d4 72 40 91 a1 61 01"],
    ["a typed array", "c7 02 74 01 00"],
    ["a reference to another object", "d6 70 00000001"],
    ["undefined", "d4 00 00"],
    ["an error object", "c7 04 65 92 a1 61 a0"],
    ["the byte that is never used", "c1"],
    ["a map key that is a number", "81 01 01"],
    ["a map key that is a map", "81 80 01"],
    ["nothing", ""],
    ["two objects", "80 80"],
    ["a text cut short", "a5 61"],
    ["bytes that declare four GiB", "c6 ffffffff"],
    ["an array that declares four billion items", "dd ffffffff"],
    ["a map that declares four billion entries", "df ffffffff"],
    ["a length cut short", "c5 01"],
    ["nine levels", "91 91 91 91 91 91 91 91 91 01"],
    ["thousands of levels", "91".repeat(5_000)],
  ])("refuses %s", (_what, hex) => {
    expect(() => decode(bytes(hex))).toThrow(refused);
  });

  it("refuses more bytes than allowed before it looks at them", () => {
    expect(() => decodeObject(anything, new Uint8Array(11), 10, "the head")).toThrow(
      /the head has 11 bytes, 10 are allowed/,
    );
  });

  it("refuses what its schema does not have, and says where in few words", () => {
    const schema = z.object({ a: z.object({ b: z.number() }) });
    const whole = encodeObject({ a: { b: "x".repeat(5_000) } });
    const fault = (() => {
      try {
        return decodeObject(schema, whole, 10_000, "the head");
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(fault).toMatchObject({ code: "protocol-error", message: expect.stringContaining('"a.b"') });
    expect((fault as TunnelError).message.length).toBeLessThanOrEqual(256);
  });

  it("refuses undefined from our own side by the same rule, so that a codec fault shows in tests", () => {
    expect(() => decode(encodeObject({ a: undefined }))).toThrow(refused);
  });

  it("hands out bytes that nothing else shares", () => {
    const first = encodeObject({ a: 1 });
    expect(first.buffer.byteLength).toBe(first.byteLength);
    const source = encodeObject({ a: bytes("0102") });
    const decoded = decodeObject(z.object({ a: z.instanceof(Uint8Array) }), source, 100, "it");
    source.fill(0);
    expect(Uint8Array.from(decoded.a)).toEqual(bytes("0102"));
  });

  it("round-trips plain data", { timeout: 60_000 }, () => {
    const leaf = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true }),
    );
    const key = fc.string().filter((text) => text !== "__proto__");
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, depthIdentifier: "tree" },
        leaf,
        fc.array(tie("tree"), { maxLength: 4, depthIdentifier: "tree" }),
        fc.dictionary(key, tie("tree"), { maxKeys: 4, depthIdentifier: "tree", noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 3 }), (value) => {
        expect(decode(encodeObject(value))).toEqual(value);
      }),
    );
  });

  it("throws nothing but a TunnelError for bytes of any kind, and what it takes has the plain shape", {
    timeout: 60_000,
  }, () => {
    const nearMsgpack = fc.array(
      fc.oneof(fc.constantFrom(0x81, 0x91, 0xa1, 0x61, 0xc4, 0xd9, 0xdc, 0xde, 0xc0, 0x01), fc.nat(255)),
      { maxLength: 24 },
    );
    fc.assert(
      fc.property(nearMsgpack, (list) => {
        const whole = Uint8Array.from(list);
        try {
          decode(whole);
          expect(msgpackFault(whole)).toBeNull();
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TunnelError);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
