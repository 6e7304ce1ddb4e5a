import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TunnelError } from "../errors.ts";
import { HandshakeState } from "./handshake-state.ts";
import { createNoblePrimitives, nobleKeyPair } from "./noble.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
let drawn = 0;
const primitives = createNoblePrimitives((lengthBytes) => {
  drawn += 1;
  return Uint8Array.from(createHash("sha256").update(`draw ${drawn}`).digest().subarray(0, lengthBytes));
});
const viewerKey = nobleKeyPair(new Uint8Array(32).fill(1));
const agentKey = nobleKeyPair(new Uint8Array(32).fill(2));

const ik = (role: "initiator" | "responder", prologue = "prologue"): HandshakeState =>
  role === "initiator"
    ? new HandshakeState({
        primitives,
        prologue: bytesOf(prologue),
        pattern: "IK",
        role,
        staticKey: viewerKey,
        remoteStaticKey: agentKey.publicKey,
      })
    : new HandshakeState({ primitives, prologue: bytesOf(prologue), pattern: "IK", role, staticKey: agentKey });

const nnpsk0 = (role: "initiator" | "responder", psk = 3): HandshakeState =>
  new HandshakeState({
    primitives,
    prologue: bytesOf("path"),
    pattern: "NNpsk0",
    role,
    psk: new Uint8Array(32).fill(psk),
  });

const pathFailed = { name: "TunnelError", code: "path-failed", scope: "path", origin: "remote" };

describe("handshake", () => {
  it("gives both sides one secret per label, and another one for each handshake", async () => {
    const run = async () => {
      const [initiator, responder] = [ik("initiator"), ik("responder")];
      await responder.readMessage(await initiator.writeMessage(bytesOf("hello")));
      await initiator.readMessage(await responder.writeMessage(bytesOf("welcome")));
      return [await initiator.keys(), await responder.keys()] as const;
    };
    const [mine, theirs] = await run();
    expect(mine.exportSecret("one use")).toEqual(theirs.exportSecret("one use"));
    expect(mine.exportSecret("one use")).toHaveLength(32);
    expect(mine.exportSecret("one use")).not.toEqual(mine.exportSecret("another use"));
    const [others] = await run();
    expect(others.exportSecret("one use")).not.toEqual(mine.exportSecret("one use"));
  });

  it("shows the responder the initiator's static key only after message 1 opened", async () => {
    const responder = ik("responder");
    expect(responder.remoteStaticKey).toBeNull();
    await responder.readMessage(await ik("initiator").writeMessage(bytesOf("")));
    expect(responder.remoteStaticKey).toEqual(viewerKey.publicKey);
  });

  it("fails where the prologues differ", async () => {
    const first = await ik("initiator", "session one").writeMessage(bytesOf("x"));
    await expect(ik("responder", "session two").readMessage(first)).rejects.toMatchObject(pathFailed);
  });

  it("fails where the secrets of a tunnel differ", async () => {
    const first = await nnpsk0("initiator", 3).writeMessage(bytesOf("x"));
    await expect(nnpsk0("responder", 4).readMessage(first)).rejects.toMatchObject(pathFailed);
  });

  it("refuses an ephemeral key of small order", async () => {
    const first = await ik("initiator").writeMessage(bytesOf("x"));
    const zeroed = first.slice();
    zeroed.fill(0, 0, 32);
    await expect(ik("responder").readMessage(zeroed)).rejects.toMatchObject(pathFailed);
  });

  it("is of no further use after a fault, and in the wrong order", async () => {
    const responder = ik("responder");
    await expect(responder.readMessage(new Uint8Array(96))).rejects.toMatchObject(pathFailed);
    await expect(responder.writeMessage(bytesOf("x"))).rejects.toMatchObject({ code: "internal" });
    await expect(ik("responder").writeMessage(bytesOf("x"))).rejects.toMatchObject({ code: "internal" });
    await expect(ik("initiator").keys()).rejects.toMatchObject({ code: "internal" });
  });

  it("throws nothing but a path fault for message 1 with any one bit flipped", { timeout: 60_000 }, async () => {
    const first = await ik("initiator").writeMessage(bytesOf("payload"));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: first.length * 8 - 1 }), async (bit) => {
        const flipped = first.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        // X25519 ignores the top bit of a public key (RFC 7748 §5); the transcript hash still sees it.
        await expect(ik("responder").readMessage(flipped)).rejects.toMatchObject(pathFailed);
      }),
      { numRuns: 60 },
    );
  });

  it("throws nothing but a path fault for bytes of any kind, for both patterns and both messages", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), fc.boolean(), async (bytes, psk, second) => {
        const state = psk ? nnpsk0(second ? "initiator" : "responder") : ik(second ? "initiator" : "responder");
        if (second) await state.writeMessage(bytesOf("first"));
        const thrown = await state.readMessage(bytes).then(
          () => null,
          (error: unknown) => error,
        );
        expect(thrown).toBeInstanceOf(TunnelError);
        expect(thrown).toMatchObject(pathFailed);
      }),
      { numRuns: 60 },
    );
  });
});
