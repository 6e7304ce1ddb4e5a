import { TunnelError } from "@culvert/protocol";
import type { AgentTunnel, EndpointEvent, Path, PathStatus } from "@culvert/protocol/endpoint";
import { ControlChannel, type ControlMessage } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { streamPair } from "../testing/stream-pair.ts";
import type { PeerConnection, PeerConnectionOptions, WebRtcLibrary } from "../webrtc/webrtc-library.ts";
import { negotiatePaths } from "./path-negotiation.ts";

const path = { kind: "direct" } as Path;
const candidate = { candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host", sdpMid: "0", sdpMLineIndex: 0 };

/** A connection that does what the test says. */
class FakeConnection implements PeerConnection {
  readonly options: PeerConnectionOptions;
  readonly opening = Promise.withResolvers<Path>();
  readonly opened = this.opening.promise;
  readonly taken: string[] = [];
  closes = 0;

  constructor(options: PeerConnectionOptions) {
    this.options = options;
    this.opened.catch(() => {});
  }

  async offer(): Promise<string> {
    return "offer";
  }

  async acceptAnswer(): Promise<void> {}

  async answer(offerSdp: string): Promise<string> {
    this.options.onCandidate(candidate);
    if (offerSdp === "bad") throw new TunnelError("protocol-error", "no session description", { scope: "path" });
    return `answer to ${offerSdp}`;
  }

  addCandidate(line: { readonly candidate: string }): void {
    this.taken.push(line.candidate);
  }

  remoteAddress(): undefined {}

  async close(): Promise<void> {
    this.closes += 1;
    this.opening.reject(new TunnelError("closed", "the connection was closed", { scope: "path" }));
  }
}

function negotiation(
  acceptPath: AgentTunnel["acceptPath"] = async () => {},
  isBroken = () => false,
  address: { readonly loopbackPort?: number } = {},
) {
  const { viewer, agent } = streamPair("control");
  const clock = createFakeClock();
  const connections: FakeConnection[] = [];
  const library: WebRtcLibrary = {
    name: "native",
    connect: (options) => {
      if (isBroken()) throw new Error("no sockets left");
      const connection = new FakeConnection(options);
      connections.push(connection);
      return connection;
    },
    dispose: async () => {},
  };
  const accepted: number[] = [];
  const closes: string[] = [];
  const listeners = new Set<(event: EndpointEvent) => void>();
  const paths: PathStatus[] = [];
  const tunnel = {
    paths: () => paths,
    onEvent(listener: (event: EndpointEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    control: agent,
    acceptPath: async (pathId: number, opened: Path) => {
      await acceptPath(pathId, opened);
      accepted.push(pathId);
    },
    close: (code: string) => closes.push(code),
  } as unknown as AgentTunnel;
  const over = negotiatePaths({
    ...{ tunnel, library, clock, ...address },
    iceServers: () => [{ urls: ["stun:stun.example"] }],
  });
  const control = new ControlChannel(viewer);
  const offer = (pathId: number, sdp = "offer") => control.send({ type: "path-offer", pathId, kind: "direct", sdp });
  const receive = async (): Promise<ControlMessage> => {
    const message = await control.receive();
    if (message === null) throw new Error("the control stream ended");
    return message;
  };
  const connection = (index: number) => {
    const found = connections[index];
    if (found === undefined) throw new Error(`no connection ${index}`);
    return found;
  };
  /** A path's state changes, as the tunnel tells it. */
  const trust = (pathId: number, state: PathStatus["state"], kind: PathStatus["kind"] = "direct") => {
    const status: PathStatus = { pathId, kind, state, rttMs: 1, sentBytes: 0, receivedBytes: 0 };
    paths.splice(0, paths.length, ...paths.filter((other) => other.pathId !== pathId), status);
    for (const listener of listeners) listener({ type: "path-trust", path: status });
  };
  return { viewer, control, clock, connection, connections, accepted, closes, over, offer, receive, trust };
}

test("the viewer is told first by which loopback port the app's pages may name it", async () => {
  const { receive, offer } = negotiation(undefined, undefined, { loopbackPort: 3000 });
  await offer(1);
  expect(await receive()).toEqual({ type: "app-address", loopbackPort: 3000 });
  expect((await receive()).type).toBe("path-answer");
});

test("the viewer is told of a channel on which nothing moves, where another path can tell it", async () => {
  const { trust, offer, receive } = negotiation();
  trust(2, "suspect");
  trust(1, "active", "relay");
  trust(1, "suspect", "relay");
  trust(3, "active");
  trust(2, "suspect");
  trust(2, "active");
  await offer(4);
  expect(await receive()).toEqual({ type: "path-suspect", pathId: 2 });
  expect(await receive()).toMatchObject({ type: "path-answer", pathId: 4 });
});

test("an offer is answered, candidates follow, and the open channel becomes a path", async () => {
  const { offer, receive, connection, control, accepted, clock } = negotiation();
  await offer(2);
  expect(await receive()).toEqual({ type: "path-answer", pathId: 2, sdp: "answer to offer" });
  expect(await receive()).toEqual({ type: "path-candidate", pathId: 2, ...candidate });
  expect(connection(0).options).toMatchObject({ kind: "direct", iceServers: [{ urls: ["stun:stun.example"] }] });
  await control.send({ type: "path-candidate", pathId: 2, candidate: "theirs", sdpMid: "0", sdpMLineIndex: 0 });
  await clock.settle();
  expect(connection(0).taken).toEqual(["theirs"]);
  connection(0).opening.resolve(path);
  await clock.settle();
  expect(accepted).toEqual([2]);
  expect(connection(0).closes).toBe(0);
  expect(clock.pendingTimers()).toBe(0);
});

test("an offer that cannot be used fails its path with a code", async () => {
  const { offer, receive, connection, clock } = negotiation();
  await offer(2, "bad");
  const failed = { type: "path-failed", pathId: 2, code: "protocol-error", message: "no session description" };
  expect(await receive()).toEqual(failed);
  await clock.settle();
  expect(connection(0).closes).toBe(1);
});

test("a library that can make no connection fails the path and not the tunnel", async () => {
  let isBroken = true;
  const { offer, receive, closes } = negotiation(undefined, () => isBroken);
  await offer(2);
  expect(await receive()).toMatchObject({ type: "path-failed", pathId: 2, code: "path-failed" });
  isBroken = false;
  await offer(3);
  expect(await receive()).toMatchObject({ type: "path-answer", pathId: 3 });
  expect(closes).toEqual([]);
});

test("a channel that does not open in time fails its path", async () => {
  const { offer, receive, connection, clock } = negotiation();
  await offer(2);
  await receive();
  await receive();
  await clock.advance(15_000);
  expect(await receive()).toMatchObject({ type: "path-failed", pathId: 2, code: "timeout" });
  expect(connection(0).closes).toBe(1);
});

test("a path that does not prove its tunnel fails and is closed", async () => {
  const { offer, receive, connection } = negotiation(async () => {
    throw new TunnelError("path-failed", "the handshake did not authenticate", { scope: "path" });
  });
  await offer(2);
  await receive();
  await receive();
  connection(0).opening.resolve(path);
  expect(await receive()).toMatchObject({ type: "path-failed", pathId: 2, code: "path-failed" });
  expect(connection(0).closes).toBe(1);
});

test("eight attempts run at once, a ninth and a second one of the same path are refused", async () => {
  const { offer, receive, connections, clock } = negotiation();
  for (let pathId = 2; pathId < 10; pathId++) {
    await offer(pathId);
    await receive();
    await receive();
  }
  await offer(10);
  expect(await receive()).toMatchObject({ type: "path-failed", pathId: 10, code: "limit-reached" });
  await offer(2);
  expect(await receive()).toMatchObject({ type: "path-failed", pathId: 2, code: "protocol-error" });
  await clock.settle();
  expect(connections.length).toBe(8);
});

test("a tunnel takes sixteen data channels, those that are being tried included, and its relay beside them", async () => {
  const { offer, receive, trust } = negotiation();
  trust(1, "active", "relay");
  for (let pathId = 2; pathId < 17; pathId++) trust(pathId, "active");
  await offer(17);
  expect(await receive()).toMatchObject({ type: "path-answer", pathId: 17 });
  await receive();
  await offer(18);
  expect(await receive()).toMatchObject({ type: "path-failed", pathId: 18, code: "limit-reached" });
});

test("a viewer that gives up an attempt frees it, and is told nothing", async () => {
  const { offer, receive, control, connection, clock } = negotiation();
  await offer(2);
  await receive();
  await receive();
  await control.send({ type: "path-failed", pathId: 2, code: "canceled", message: "" });
  await clock.settle();
  expect(connection(0).closes).toBe(1);
  await offer(3);
  expect(await receive()).toMatchObject({ type: "path-answer", pathId: 3 });
});

test("the end of the tunnel ends every attempt", async () => {
  const { offer, receive, viewer, connection, over, clock } = negotiation();
  await offer(2);
  await receive();
  viewer.reset("closed");
  await over;
  expect(connection(0).closes).toBe(1);
  await clock.settle();
  expect(clock.pendingTimers()).toBe(0);
});

test("a control stream that speaks nonsense ends the tunnel", async () => {
  const { viewer, closes, over } = negotiation();
  await viewer.write(new Uint8Array([0x21, 0x01, 0xc1]));
  await over;
  expect(closes).toEqual(["protocol-error"]);
});
