/**
 * Strangers at the door of a data channel, with both libraries: packets from nowhere, a peer that is not the tunnel's, a
 * handshake in the midst of a path. None of it is read, and streams go on.
 */

import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { nodePrimitives } from "@culvert/peer-agent";
import { TunnelError } from "@culvert/protocol";
import {
  type AgentTunnel,
  type ByteStream,
  createAcceptor,
  createSystemClock,
  openTunnel,
  type Path,
  type ViewerTunnel,
} from "@culvert/protocol/endpoint";
import { createMemoryPathPair } from "@culvert/protocol/testing";
import { afterEach, describe, expect, test } from "vitest";
import { openWebRtcPair, type WebRtcPair } from "../harness/webrtc-pair.ts";

const context = { sessionId: "s", serverId: "a", serviceId: "v", relayPolicy: "handshake-only" } as const;
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A tunnel whose app streams travel on a data channel alone; the agent sends back what comes. */
async function openTunnelOver(library: "native" | "werift") {
  const clock = createSystemClock({ now: () => performance.now(), setTimeout, clearTimeout });
  const noiseKey = await nodePrimitives.generateKeyPair();
  const confirmed = Promise.withResolvers<AgentTunnel>();
  let readBytes = 0;
  const acceptor = createAcceptor({
    ...{ primitives: nodePrimitives, clock, noiseKey },
    admit: async () => ({ type: "accepted" }),
    onTunnel: (tunnel) => {
      confirmed.resolve(tunnel);
      tunnel.onStream((stream) => {
        // It ends with its tunnel at the end of the test.
        sendBack(stream, (byteCount) => {
          readBytes += byteCount;
        }).catch(() => {});
      });
    },
  });
  const relay = createMemoryPathPair({ kind: "relay" });
  acceptor.accept(relay.second, context);
  const viewer = await openTunnel({
    ...{ ...context, path: relay.first, pathId: 1, primitives: nodePrimitives, clock, token: "t" },
    ...{ deviceKey: await nodePrimitives.generateKeyPair(), agentNoiseKey: noiseKey.publicKey },
  });
  const agent = await confirmed.promise;
  closing.push(() => {
    viewer.close("closed", "the test is over");
    acceptor.close("closed", "the test is over");
  });
  const attach = async (): Promise<WebRtcPair> => {
    const pair = await openWebRtcPair("native", library);
    closing.push(() => pair.close());
    const pathId = viewer.nextPathId();
    await Promise.all([viewer.attachPath(pathId, pair.offerer), agent.acceptPath(pathId, pair.answerer)]);
    return pair;
  };
  return { viewer, agent, attach, readBytes: () => readBytes };
}

/** Sends back what comes on a stream. */
async function sendBack(stream: ByteStream, onRead: (byteCount: number) => void): Promise<void> {
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
    onRead(bytes.length);
    await stream.write(bytes);
  }
  stream.end();
}

/** Rounds of an echo on one stream: each waits for its bytes. */
async function echo(viewer: ViewerTunnel) {
  const stream = viewer.openStream("tcp");
  const round = async (value: number): Promise<void> => {
    await stream.write(new Uint8Array(1_000).fill(value));
    for (let missing = 1_000; missing > 0; ) {
      const bytes = await stream.read();
      if (bytes === null || bytes.some((byte) => byte !== value)) throw new Error("the echo is another");
      missing -= bytes.length;
    }
  };
  await round(1);
  return round;
}

/** Datagrams as strangers send them: noise, and beginnings of every protocol that shares the port. */
function strangeDatagrams(): Uint8Array[] {
  const begin = (...first: readonly number[]) => Buffer.concat([Buffer.from(first), randomBytes(80)]);
  const stun = Buffer.concat([Buffer.from([0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42]), randomBytes(12)]);
  const records = [20, 21, 22, 23].map((type) => begin(type, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 80));
  return [randomBytes(1), randomBytes(1_200), stun, begin(0x80, 0x60), ...records].map(
    (bytes) => new Uint8Array(bytes),
  );
}

describe.each(["native", "werift"] as const)("with %s", (library) => {
  test("stray datagrams cost a path at most: none of it is read, and the stream goes on", async () => {
    const { viewer, attach, readBytes } = await openTunnelOver(library);
    const { connections } = await attach();
    // A library may let a stranger end its connection; then a new one takes its place, as a viewer sees to.
    const repaired = viewer.onEvent((event) => {
      if (event.type === "path-down" && event.path.kind === "direct") attach().catch(() => {});
    });
    closing.push(repaired);
    const doors = connections.flatMap((connection) => connection.remoteAddress() ?? []);
    const round = await echo(viewer);
    const socket = createSocket(doors[0]?.address.includes(":") ? "udp6" : "udp4");
    closing.push(() => void socket.close());
    expect(doors).toHaveLength(2);
    for (let value = 2; value <= 60; value += 1) {
      for (const { address, port } of doors) {
        for (const bytes of strangeDatagrams()) socket.send(bytes, port, address);
      }
      await round(value);
    }
    expect(readBytes()).toBe(60_000);
    expect(viewer.state).toBe("attached");
  });

  test("a channel of a peer that does not know the tunnel's secret is refused, and nothing of it is read", async () => {
    const { viewer, agent, attach, readBytes } = await openTunnelOver(library);
    await attach();
    const round = await echo(viewer);
    const firstMessages = [
      new Uint8Array(randomBytes(100)),
      Uint8Array.from([0x02, 0x01, 0x09, ...viewer.tunnelId, ...randomBytes(80)]),
      Uint8Array.from([0x01, 0x01, 0x09, ...randomBytes(120)]),
    ];
    for (const [index, message] of firstMessages.entries()) {
      const stranger = await openWebRtcPair("native", library);
      closing.push(() => stranger.close());
      const heard = answersOn(stranger.offerer);
      const refused = agent.acceptPath(9 + index, stranger.answerer).catch((thrown: unknown) => thrown);
      stranger.offerer.send(message);
      stranger.offerer.send(new Uint8Array(randomBytes(200)));
      const fault = await refused;
      expect(fault).toBeInstanceOf(TunnelError);
      expect(fault).toMatchObject({ scope: "path" });
      expect(heard).toEqual([]);
      await round(index + 2);
    }
    expect(readBytes()).toBe(4_000);
  });

  test("a second handshake on a live path closes that path only, and the stream goes on over the next", async () => {
    const { viewer, attach, readBytes } = await openTunnelOver(library);
    const pair = await attach();
    const round = await echo(viewer);
    const lost = new Promise<string>((resolve) => {
      viewer.onEvent((event) => event.type === "path-down" && event.path.kind === "direct" && resolve(event.code));
    });
    // Beneath the tunnel's seals, as somebody could who took the channel over.
    pair.offerer.send(Uint8Array.from([0x02, 0x01, 0x07, ...viewer.tunnelId, ...randomBytes(80)]));
    const going = round(2);
    expect(await lost).toBe("path-failed");
    expect(viewer.state).toBe("attached");
    await attach();
    await going;
    await round(3);
    expect(readBytes()).toBe(3_000);
  });
});

/** What comes on a raw path. */
function answersOn(path: Path): Uint8Array[] {
  const messages: Uint8Array[] = [];
  path.attach({ onMessage: (message) => messages.push(message), onDrain() {}, onClose() {} });
  return messages;
}
