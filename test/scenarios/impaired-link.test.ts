/** Two Node peers, and two bare sockets, with an impaired link between them. */
import { createHash, randomBytes } from "node:crypto";
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createWebRtcLibrary, type WebRtcLibrary } from "@culvert/peer-agent/webrtc";
import type { Path } from "@culvert/protocol/endpoint";
import { afterEach, describe, expect, test } from "vitest";
import { joinLibraries, type WebRtcPair } from "../harness/webrtc-pair.ts";
import { impaired } from "../network/impaired-library.ts";
import { type Link, type LinkOptions, startLink } from "../network/link.ts";
import { tellLink } from "../network/link-commands.ts";

type LibraryName = WebRtcLibrary["name"];

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close();
});

async function openLink(conditions: LinkOptions["conditions"] = {}): Promise<Link> {
  const link = await startLink({ seed: 7, conditions });
  closing.push(() => link.close());
  return link;
}

/** A viewer that offers and an agent behind the link that answers. */
async function joinOver(link: Link, viewer: LibraryName, agent: LibraryName): Promise<WebRtcPair> {
  const agentLibrary = impaired(await createWebRtcLibrary(agent), { linkUrl: link.url });
  const pair = await joinLibraries([await createWebRtcLibrary(viewer), agentLibrary]);
  closing.push(() => pair.close());
  return pair;
}

/** Everything that comes, as one sequence of bytes. */
function collect(path: Path): { readonly bytes: () => Buffer } {
  const parts: Uint8Array[] = [];
  path.attach({ onMessage: (message) => parts.push(message), onDrain: () => {}, onClose: () => {} });
  return { bytes: () => Buffer.concat(parts) };
}

/** Sends all of it, no faster than the path takes it. */
function sendAll(path: Path, bytes: Uint8Array): void {
  let sent = 0;
  const pump = (): void => {
    while (sent < bytes.length && path.bufferedBytes() < path.queueBytes) {
      path.send(bytes.slice(sent, sent + path.maxMessageBytes));
      sent += path.maxMessageBytes;
    }
  };
  path.attach({ onMessage: () => {}, onDrain: pump, onClose: () => {} });
  pump();
}

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe.each([
  ["native", "native"],
  ["native", "werift"],
  ["werift", "native"],
] as const)("a %s viewer and a %s agent", (viewerLibrary, agentLibrary) => {
  test("move a mebibyte over a link with delay and loss, and over nothing else", async () => {
    const link = await openLink({ delayMs: 25, lossRate: 0.01 });
    const pair = await joinOver(link, viewerLibrary, agentLibrary);
    const remotes = pair.connections.map((connection) => connection.remoteAddress());
    for (const remote of remotes) {
      if (remote === undefined) throw new Error("an open connection has a remote address");
      expect(await link.owns(remote)).toBe(true);
    }

    const content = randomBytes(1024 * 1024);
    const received = collect(pair.offerer);
    sendAll(pair.answerer, content);
    await expect.poll(() => received.bytes().length, { timeout: 45_000 }).toBe(content.length);
    expect(hash(received.bytes())).toBe(hash(content));

    const { "to-viewer": down, "to-agent": up } = await link.counters();
    expect(down.deliveredBytes).toBeGreaterThan(content.length);
    expect(down.dropped.loss).toBeGreaterThan(0);
    expect(up.packets).toBeGreaterThan(0);
  });
});

describe("a black hole one way", () => {
  test("lets nothing through until it is healed", async () => {
    const link = await openLink();
    const { offerer: viewer, answerer: agent } = await joinOver(link, "native", "native");
    const atViewer = collect(viewer);
    const atAgent = collect(agent);
    agent.send(Uint8Array.of(1));
    await expect.poll(() => [...atViewer.bytes()]).toEqual([1]);

    await link.blackHole("to-viewer");
    agent.send(Uint8Array.of(2));
    viewer.send(Uint8Array.of(3));
    await expect.poll(() => [...atAgent.bytes()]).toEqual([3]);
    await expect.poll(async () => (await link.counters())["to-viewer"].dropped["black-hole"]).toBeGreaterThan(1);
    expect([...atViewer.bytes()]).toEqual([1]);

    await link.heal();
    await expect.poll(() => [...atViewer.bytes()], { timeout: 20_000 }).toEqual([1, 2]);
  });
});

describe("a change of both peers' addresses", () => {
  test("ends the traffic of a connection, and a new one runs over new relays", async () => {
    const link = await openLink();
    const before = await joinOver(link, "native", "native");
    const atViewer = collect(before.offerer);
    before.answerer.send(Uint8Array.of(1));
    await expect.poll(() => atViewer.bytes().length).toBe(1);
    const known = (await link.report()).addresses.length;

    await link.changeAddress();
    before.answerer.send(Uint8Array.of(2));

    const after = await joinOver(link, "native", "native");
    const atNewViewer = collect(after.offerer);
    after.answerer.send(Uint8Array.of(3));
    await expect.poll(() => atNewViewer.bytes().length).toBe(1);
    expect(atViewer.bytes().length).toBe(1);
    const remote = after.connections[0].remoteAddress();
    const { addresses } = await link.report();
    expect(addresses.slice(known)).toContainEqual(remote);
  });
});

describe("a change of one peer's address", () => {
  test("shows packets from a new address, and what is sent to the one before goes nowhere", async () => {
    const link = await openLink();
    const [agent, viewer] = [await openSocket(), await openSocket()];
    const relay = await tellLink(link.url, { type: "open-relay", candidate: agent.address, owner: "agent" });
    viewer.socket.send("one", relay.port, relay.address);
    await expect.poll(() => agent.received.length).toBe(1);
    await link.changeAddress("viewer");
    viewer.socket.send("two", relay.port, relay.address);
    await expect.poll(() => agent.received.length).toBe(2);

    const [first, second] = agent.received;
    if (first === undefined || second === undefined) throw new Error("two packets came");
    expect(second.from.port).not.toBe(first.from.port);
    agent.socket.send("to the address before", first.from.port, first.from.address);
    agent.socket.send("to the address now", second.from.port, second.from.address);
    await expect.poll(() => viewer.received.map(({ text }) => text)).toEqual(["to the address now"]);
    expect(viewer.received[0]?.from).toMatchObject(relay);
  });
});

interface BareSocket {
  readonly socket: ReturnType<typeof createSocket>;
  readonly address: { readonly address: string; readonly port: number };
  readonly received: readonly { readonly text: string; readonly from: RemoteInfo }[];
}

async function openSocket(): Promise<BareSocket> {
  const socket = createSocket("udp4");
  const received: { text: string; from: RemoteInfo }[] = [];
  socket.on("message", (bytes, from) => received.push({ text: bytes.toString(), from }));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closing.push(async () => socket.close());
  const { address, port } = socket.address();
  return { socket, address: { address, port }, received };
}
