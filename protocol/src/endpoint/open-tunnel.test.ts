import { describe, expect, it } from "vitest";
import type { SealPrimitives } from "../seal/primitives.ts";
import { createMemoryPathPair } from "../testing/memory-path.ts";
import { createOpeningStage, listen, stageContext } from "../testing/opening-stage.ts";
import type { ByteStream } from "./byte-stream.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function readText(stream: ByteStream): Promise<string> {
  let text = "";
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
    text += new TextDecoder().decode(bytes);
  }
  return text;
}

/** As WebCrypto: every operation takes its time, short messages less than long ones before them. */
function asynchronous(primitives: SealPrimitives): SealPrimitives {
  const wait = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) await Promise.resolve();
  };
  return {
    ...primitives,
    generateKeyPair: async () => {
      const pair = await primitives.generateKeyPair();
      return {
        publicKey: pair.publicKey,
        dh: async (remotePublicKey) => {
          await wait(3);
          return pair.dh(remotePublicKey);
        },
      };
    },
    importAeadKey: async (bytes) => {
      const key = await primitives.importAeadKey(bytes);
      return {
        encrypt: async (nonce, data, plaintext) => {
          await wait(plaintext.length % 7);
          return key.encrypt(nonce, data, plaintext);
        },
        decrypt: async (nonce, data, ciphertext) => {
          await wait(ciphertext.length % 5);
          return key.decrypt(nonce, data, ciphertext);
        },
      };
    },
  };
}

describe("opening a tunnel", () => {
  it("gives both sides one tunnel whose streams carry bytes both ways", async () => {
    const stage = createOpeningStage();
    const viewer = await stage.open();
    await stage.clock.settle();
    const [agent] = stage.agentTunnels;
    if (agent === undefined) throw new Error("no tunnel came");
    expect(agent.tunnelId).toEqual(viewer.tunnelId);
    expect([viewer.role, viewer.state, agent.role, agent.state]).toEqual(["viewer", "attached", "agent", "attached"]);
    expect(agent.context).toEqual(stageContext);
    expect(stage.acceptor.tunnels()).toEqual([agent]);

    agent.onStream(async (stream) => {
      const asked = await readText(stream);
      await stream.write(bytesOf(`answer to ${asked}`));
      stream.end();
    });
    const stream = viewer.openStream("http");
    await stream.write(bytesOf("question"));
    stream.end();
    expect(await readText(stream)).toBe("answer to question");
  });

  it("works the same where every primitive is asynchronous, bytes in order", async () => {
    const stage = createOpeningStage(0, asynchronous);
    const viewer = await stage.open();
    await stage.clock.settle();
    const stream = viewer.openStream("tcp");
    for (let size = 1; size <= 40; size += 1) stream.write(new Uint8Array(size * 97).fill(size));
    stream.end();
    const arrived: number[] = [];
    stage.agentTunnels[0]?.onStream(async (accepted) => {
      for (let bytes = await accepted.read(); bytes !== null; bytes = await accepted.read()) arrived.push(...bytes);
      accepted.end();
    });
    expect(await stream.read()).toBeNull();
    expect(arrived).toHaveLength((97 * 40 * 41) / 2);
    expect(arrived).toEqual(arrived.toSorted((left, right) => left - right));
  });

  it("asks the agent program with the token and the device key that Noise proved", async () => {
    const stage = createOpeningStage();
    const viewer = await stage.open({ token: "the token" });
    expect(stage.asked).toEqual([
      {
        ...stageContext,
        token: "the token",
        tunnelId: viewer.tunnelId,
        deviceKey: stage.deviceKey.publicKey,
      },
    ]);
  });

  it("rejects with the agent's refusal, its words and its hint", async () => {
    const stage = createOpeningStage();
    stage.admission = { type: "refused", code: "expired", message: "the token is too old", hint: "Open it again." };
    await expect(stage.open()).rejects.toMatchObject({
      name: "TunnelError",
      code: "expired",
      message: "the token is too old",
      hint: "Open it again.",
      origin: "remote",
    });
    await stage.clock.settle();
    expect(stage.agentTunnels).toEqual([]);
    expect(stage.clock.pendingTimers()).toBe(0);
  });

  it("does not tell the viewer why the agent's own check broke", async () => {
    const stage = createOpeningStage();
    stage.admission = new Error("the agent's own secret");
    await expect(stage.open()).rejects.toMatchObject({
      code: "internal",
      message: "the agent could not check the session",
    });
  });

  it("rejects with timeout where nobody answers, and leaves no timer", async () => {
    const stage = createOpeningStage();
    const pair = createMemoryPathPair({ kind: "relay" });
    const far = listen(pair.second);
    const opening = stage.open({ path: pair.first });
    const outcome = expect(opening).rejects.toMatchObject({ code: "timeout", scope: "tunnel" });
    await stage.clock.advance(9_999);
    expect(far.closes).toEqual([]);
    await stage.clock.advance(1);
    await outcome;
    await stage.clock.settle();
    expect(far.closes).toMatchObject([{ code: "timeout" }]);
    expect(stage.clock.pendingTimers()).toBe(0);
  });

  it("rejects with the code of the path's own close", async () => {
    const stage = createOpeningStage();
    const pair = createMemoryPathPair({ kind: "relay" });
    listen(pair.second);
    const opening = stage.open({ path: pair.first });
    const outcome = expect(opening).rejects.toMatchObject({ code: "offline", origin: "remote" });
    await stage.clock.settle();
    pair.second.close("offline", "the server left");
    await outcome;
    expect(stage.clock.pendingTimers()).toBe(0);
  });

  it.each([
    ["a session", { sessionId: "session-b" }],
    ["a server", { serverId: "server-b" }],
    ["a service", { serviceId: "service-b" }],
  ])("fails where signaling joins the peers for %s that the viewer did not ask for", async (_what, change) => {
    const stage = createOpeningStage();
    const pair = stage.relay({}, { ...stageContext, ...change });
    await expect(stage.open({ path: pair.first })).rejects.toMatchObject({ code: "path-failed", origin: "remote" });
    expect(stage.asked).toEqual([]);
  });

  it("fails where the answering agent has another key than the one expected", async () => {
    const stage = createOpeningStage();
    const opening = stage.open({ agentNoiseKey: stage.otherDeviceKey.publicKey });
    await expect(opening).rejects.toMatchObject({ code: "path-failed" });
    expect(stage.asked).toEqual([]);
  });

  it("ends an older tunnel of the same device, and only of the same device", async () => {
    const stage = createOpeningStage();
    const older = await stage.open();
    await stage.clock.settle();
    await stage.open({ supersedes: older.tunnelId, deviceKey: stage.otherDeviceKey });
    await stage.clock.settle();
    expect(stage.agentTunnels.map((tunnel) => tunnel.state)).toEqual(["attached", "attached"]);
    await stage.open({ supersedes: older.tunnelId });
    await stage.clock.settle();
    expect(stage.asked.map(({ supersedes }) => supersedes)).toEqual([undefined, older.tunnelId, older.tunnelId]);
    expect(stage.agentTunnels.map((tunnel) => tunnel.state)).toEqual(["closed", "attached", "attached"]);
    expect(stage.acceptor.tunnels()).toHaveLength(2);
  });

  it("forgets tunnels and timers when the acceptor is closed", async () => {
    const stage = createOpeningStage();
    const viewer = await stage.open();
    const ends: string[] = [];
    viewer.onEvent((event) => event.type === "closed" && ends.push(event.error.code));
    stage.relay();
    await stage.clock.settle();
    stage.acceptor.close("closed", "the agent stops");
    await stage.clock.advance(1_000);
    expect(ends).toEqual(["closed"]);
    expect(stage.acceptor.tunnels()).toEqual([]);
    expect(stage.clock.pendingTimers()).toBe(0);
    await expect(stage.open()).rejects.toMatchObject({ code: "closed" });
  });
});
