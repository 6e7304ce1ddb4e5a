import { createPublicKey, verify } from "node:crypto";
import type { Path } from "@culvert/protocol/endpoint";
import type { AgentPresence } from "@culvert/protocol/signaling";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { agentIdentity, newStoredIdentity } from "../identity/agent-identity.ts";
import type { MessageSocketEvents } from "../network/message-socket.ts";
import { ServerClock } from "./server-clock.ts";
import { type LinkState, SignalingLink, type ViewerJoined } from "./signaling-link.ts";

const identity = agentIdentity(newStoredIdentity());
const nonce = "n".repeat(43);
const sessionId = "s".repeat(26);
const presence: AgentPresence = {
  label: "studio",
  agentVersion: "0.1.0",
  platform: "linux",
  remoteAccessEnabled: true,
  primaryServiceName: null,
  services: [],
};

class FakeSocket {
  readonly url: string;
  readonly events: MessageSocketEvents;
  readonly texts: { readonly [key: string]: unknown }[] = [];
  readonly bytes: string[] = [];
  closes = 0;

  constructor(url: string, events: MessageSocketEvents) {
    this.url = url;
    this.events = events;
  }

  sendText(text: string): void {
    this.texts.push(JSON.parse(text));
  }

  sendBytes(bytes: Uint8Array, onFlushed: () => void): void {
    this.bytes.push(Buffer.from(bytes).toString("hex"));
    onFlushed();
  }

  close(): void {
    this.closes += 1;
  }

  says(message: object): void {
    this.events.onText(JSON.stringify(message));
  }
}

function startedLink() {
  const clock = createFakeClock();
  const sockets: FakeSocket[] = [];
  const states: LinkState[] = [];
  const viewers: { readonly joined: ViewerJoined; readonly path: Path }[] = [];
  const revoked: string[] = [];
  const successions: (readonly string[])[] = [];
  const renewed: object[] = [];
  const serverClock = new ServerClock(() => clock.nowMs(), 5_000_000);
  const link = new SignalingLink({
    serverUrl: "https://culvert.example:8443",
    identity,
    clock,
    serverClock,
    random: () => 1,
    presence: () => presence,
    openSocket: (url, events) => {
      const socket = new FakeSocket(url, events);
      sockets.push(socket);
      return socket;
    },
    onState: (state) => states.push(state),
    onViewer: (joined, path) => viewers.push({ joined, path }),
    onIceServers: (id, iceServers) => renewed.push({ sessionId: id, iceServers }),
    onSessionRevoked: (id) => revoked.push(id),
    onKeySuccessions: (told) => successions.push(told),
  });
  link.start();
  const socket = (index: number) => {
    const found = sockets[index];
    if (found === undefined) throw new Error(`no socket ${index}`);
    return found;
  };
  const online = (index: number) => {
    socket(index).says({ type: "challenge", nonce, serverTimeMs: 9_000_000 });
    socket(index).says({ type: "welcome", serverTimeMs: 9_000_000 });
  };
  return { link, clock, serverClock, sockets, socket, states, viewers, revoked, renewed, successions, online };
}

const joinedMessage = {
  type: "viewer-joined",
  relayId: 7,
  sessionId,
  serviceName: "web",
  relayPolicy: "handshake-only",
  iceServers: [],
};

test("what the welcome tells of changed signing keys is passed on", () => {
  const { socket, successions } = startedLink();
  socket(0).says({ type: "welcome", serverTimeMs: 9_000_000 });
  expect(successions).toEqual([]);
  socket(0).says({ type: "welcome", serverTimeMs: 9_000_000, keySuccessions: ["a.b.c"] });
  expect(successions).toEqual([["a.b.c"]]);
});

test("the agent proves its key over the nonce and the host that it meant", () => {
  const { socket, online, states, serverClock } = startedLink();
  expect(socket(0).url).toBe("wss://culvert.example:8443/api/signaling/agent");
  online(0);
  const [hello] = socket(0).texts;
  expect(hello).toMatchObject({ type: "hello", serverId: identity.serverId, versions: { min: 1, max: 1 }, presence });
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: identity.publicKey.identityKey },
    format: "jwk",
  });
  const text = Buffer.from(`culvert-agent-hello\n${nonce}\nculvert.example:8443`);
  expect(verify(null, text, key, Buffer.from(String(hello?.signature), "base64url"))).toBe(true);
  expect(states.map(({ type }) => type)).toEqual(["connecting", "online"]);
  expect(serverClock.nowMs()).toBe(9_000_000);
});

test("a lost socket is opened again after growing waits, from the start once it was online", async () => {
  const { clock, socket, sockets, states, online } = startedLink();
  const waits = () => states.flatMap((state) => (state.type === "waiting" ? [state.retryInMs] : []));
  for (let index = 0; index < 8; index++) {
    socket(index).events.onClose("nothing answers there");
    await clock.advance(30_000);
  }
  expect(waits()).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  online(8);
  socket(8).events.onClose("the connection broke");
  expect(waits().at(-1)).toBe(500);
  await clock.advance(499);
  expect(sockets.length).toBe(9);
  await clock.advance(1);
  expect(sockets.length).toBe(10);
});

test("a server that never welcomes it is left and asked again; one that did is not", async () => {
  const { clock, socket, sockets, states, online } = startedLink();
  socket(0).says({ type: "challenge", nonce, serverTimeMs: 9_000_000 });
  await clock.advance(9_999);
  expect(socket(0).closes).toBe(0);
  await clock.advance(1);
  expect(socket(0).closes).toBe(1);
  socket(0).events.onClose("the connection was closed");
  expect(states.at(-1)).toMatchObject({ type: "waiting", reason: "the server did not welcome this agent in time" });
  await clock.advance(500);
  online(1);
  await clock.advance(60_000);
  expect([sockets.length, socket(1).closes]).toEqual([2, 0]);
});

test.each(["superseded", "not-found", "forbidden", "version-unsupported"])(
  "after %s it stops and says so",
  async (code) => {
    const { clock, socket, sockets, link, online } = startedLink();
    online(0);
    socket(0).says({ type: "error", code, message: "words", hint: "do this" });
    socket(0).events.onClose("closed");
    await clock.advance(60_000);
    expect(sockets.length).toBe(1);
    expect(link.state).toMatchObject({ type: "stopped", error: { code, message: "words", hint: "do this" } });
    expect(clock.pendingTimers()).toBe(0);
  },
);

test("a fault that may pass is told and tried again", async () => {
  const { clock, socket, sockets, states, online } = startedLink();
  online(0);
  socket(0).says({ type: "error", code: "internal", message: "The server failed.", hint: "" });
  socket(0).events.onClose("closed");
  expect(states.at(-1)).toMatchObject({ type: "waiting", reason: "The server failed." });
  await clock.advance(500);
  expect(sockets.length).toBe(2);
});

test("each viewer has a path of its own, and its end is told with its code", () => {
  const { socket, viewers, online } = startedLink();
  online(0);
  socket(0).says(joinedMessage);
  socket(0).says({ ...joinedMessage, relayId: 8 });
  const got: string[] = [];
  for (const { joined, path } of viewers) {
    path.attach({
      onMessage: (message) => got.push(`${joined.relayId} ${Buffer.from(message).toString("hex")}`),
      onDrain: () => {},
      onClose: (code) => got.push(`${joined.relayId} ${code}`),
    });
  }
  socket(0).events.onBytes(Buffer.from("0100000008aa", "hex"));
  socket(0).events.onBytes(Buffer.from("0100000007bb", "hex"));
  viewers[0]?.path.send(new Uint8Array([1]));
  socket(0).says({ type: "viewer-left", relayId: 7, code: "closed" });
  viewers[1]?.path.close("canceled", "");
  socket(0).events.onBytes(Buffer.from("0100000008cc", "hex"));
  expect(got).toEqual(["8 aa", "7 bb", "7 closed"]);
  expect(socket(0).bytes).toEqual(["010000000701"]);
  expect(socket(0).texts.at(-1)).toEqual({ type: "viewer-dismissed", relayId: 8, code: "canceled" });
});

test("relays end with their socket", () => {
  const { socket, viewers, online } = startedLink();
  online(0);
  socket(0).says(joinedMessage);
  const got: string[] = [];
  viewers[0]?.path.attach({ onMessage: () => {}, onDrain: () => {}, onClose: (code) => got.push(code) });
  socket(0).events.onClose("the connection broke");
  expect(got).toEqual(["network"]);
});

test("a revoked session is passed on", () => {
  const { socket, revoked, online } = startedLink();
  online(0);
  socket(0).says({ type: "session-revoked", sessionId });
  expect(revoked).toEqual([sessionId]);
});

test("new ICE servers of a session are passed on", () => {
  const { socket, renewed, online } = startedLink();
  online(0);
  const iceServers = [{ urls: ["turn:turn.example:3478"], username: "1:s", credential: "c" }];
  socket(0).says({ type: "ice-servers", sessionId, iceServers });
  expect(renewed).toEqual([{ sessionId, iceServers }]);
});

test("presence is told while online, and by the hello after", () => {
  const { link, socket, online } = startedLink();
  link.updatePresence();
  expect(socket(0).texts).toEqual([]);
  online(0);
  link.updatePresence();
  expect(socket(0).texts.map(({ type }) => type)).toEqual(["hello", "presence"]);
});

test("a stopped link closes its socket and leaves no timer", async () => {
  const { link, clock, socket, sockets, online } = startedLink();
  online(0);
  link.stop();
  link.stop();
  expect(socket(0).closes).toBe(1);
  socket(0).events.onClose("closed");
  await clock.advance(60_000);
  expect(sockets.length).toBe(1);
  expect(clock.pendingTimers()).toBe(0);
});

test("a wait is cut short where signaling is wanted now, once a second at most", async () => {
  const { link, clock, socket, sockets } = startedLink();
  for (let index = 0; index < 5; index++) {
    socket(index).events.onClose("nothing answers there");
    if (index < 4) await clock.advance(30_000);
  }
  link.hurry();
  expect(sockets.length).toBe(6);
  link.hurry();
  socket(5).events.onClose("nothing answers there");
  link.hurry();
  expect(sockets.length, "it tries already, or tried just now").toBe(6);
  await clock.advance(500);
  expect(sockets.length, "waits are short again").toBe(7);
});
