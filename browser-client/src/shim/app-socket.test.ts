import { afterEach, expect, test, vi } from "vitest";
import { type FarEnd, farEnd } from "../ports/testing/far-end.ts";
import { AppSocket } from "./app-socket.ts";

const MiB = 1024 * 1024;
const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

interface Opened {
  readonly socket: AppSocket;
  readonly core: FarEnd;
  readonly events: string[];
}

function start(protocols: readonly string[] = []): Opened {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const target = new EventTarget();
  const events: string[] = [];
  target.addEventListener("open", () => events.push("open"));
  target.addEventListener("error", () => events.push("error"));
  target.addEventListener("message", (event) => events.push(`message ${describe((event as MessageEvent).data)}`));
  target.addEventListener("close", (event) => {
    const { code, reason, wasClean } = event as CloseEvent;
    events.push(`close ${code} ${reason} ${wasClean}`);
  });
  const socket = new AppSocket({ target, port: port1, url: "wss://x/", origin: "wss://x", protocols });
  return { socket, core: farEnd(port2), events };
}

function describe(data: unknown): string {
  return typeof data === "string" ? data : Object.prototype.toString.call(data);
}

async function opened(protocols: readonly string[] = [], protocol = ""): Promise<Opened> {
  const started = start(protocols);
  started.core.send({ type: "open", protocol });
  await vi.waitFor(() => expect(started.socket.readyState).not.toBe(0));
  return started;
}

const sentTypes = ({ core }: Opened) => core.received.map(({ type }) => type);

test("events come in the order of the port's messages, none after close", async () => {
  const { core, events, socket } = await opened();
  core.send({ type: "text", text: "a" });
  core.send({ type: "binary", bytes: new Uint8Array([1]) });
  core.send({ type: "close", code: 4000, reason: "bye", wasClean: true });
  core.send({ type: "text", text: "late" });
  await vi.waitFor(() => expect(socket.readyState).toBe(3));
  expect(events).toEqual(["open", "message a", "message [object Blob]", "close 4000 bye true"]);
});

test("binaryType counts when a message is dispatched", async () => {
  const { core, events, socket } = await opened();
  socket.binaryType = "arraybuffer";
  core.send({ type: "binary", bytes: new Uint8Array([1]) });
  await vi.waitFor(() => expect(events).toEqual(["open", "message [object ArrayBuffer]"]));
});

test("a handshake that fails is an error, then 1006", async () => {
  const { core, events } = start();
  core.send({ type: "failed", message: "403" });
  await vi.waitFor(() => expect(events).toEqual(["error", "close 1006  false"]));
});

test("an unclean close is an error, then 1006", async () => {
  const { core, events } = await opened();
  core.send({ type: "close", code: 1006, reason: "", wasClean: false });
  await vi.waitFor(() => expect(events).toEqual(["open", "error", "close 1006  false"]));
});

test.each([
  [["a", "b"], "b", true],
  [["a"], "c", false],
  [["a"], "", false],
  [[], "a", false],
  [[], "", true],
])("of the subprotocols %j the choice %j is good: %s", async (asked, chosen, isGood) => {
  const { socket } = await opened(asked, chosen);
  expect(socket.readyState).toBe(isGood ? 1 : 3);
  expect(socket.protocol).toBe(isGood ? chosen : "");
});

test("a blob holds its place, and so does the close behind it", async () => {
  const started = await opened();
  const { socket, core } = started;
  socket.send(new Blob(["blob"]));
  socket.send("text");
  socket.send(new Uint8Array([1, 2]));
  socket.close();
  await core.next("close");
  expect(sentTypes(started)).toEqual(["binary", "text", "binary", "close"]);
  expect(core.received.at(-1)).toEqual({ type: "close", code: 1005, reason: "" });
});

test("what the page does with its bytes after send() does not count", async () => {
  const { socket, core } = await opened();
  const bytes = new Uint8Array([1, 2, 3]);
  socket.send(bytes.subarray(1));
  bytes.fill(9);
  expect([...((await core.next("binary")).bytes as Uint8Array)]).toEqual([2, 3]);
});

test("bufferedAmount counts UTF-8 bytes, falls as the agent takes them, and grows for ever once closing", async () => {
  const { socket, core } = await opened();
  socket.send("ä€");
  socket.send(new Blob([new Uint8Array(10)]));
  expect(socket.bufferedAmount).toBe(15);
  core.send({ type: "sent", bytes: 5 });
  await vi.waitFor(() => expect(socket.bufferedAmount).toBe(10));
  socket.close();
  socket.send("x");
  expect(socket.bufferedAmount).toBe(11);
});

test("send() while connecting, and bad codes and reasons, throw as natively", () => {
  const { socket } = start();
  expect(() => socket.send("x")).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
  expect(() => socket.close(1001)).toThrow(expect.objectContaining({ name: "InvalidAccessError" }));
  expect(() => socket.close(5000)).toThrow(expect.objectContaining({ name: "InvalidAccessError" }));
  expect(() => socket.close(1000, "ä".repeat(62))).toThrow(expect.objectContaining({ name: "SyntaxError" }));
});

test("closing while connecting fails the connection, in a task of its own", async () => {
  const started = start();
  started.socket.close();
  expect([started.socket.readyState, started.events]).toEqual([2, []]);
  await vi.waitFor(() => expect(started.events).toEqual(["error", "close 1006  false"]));
});

test("messages that come while closing are dropped", async () => {
  const { socket, core, events } = await opened();
  socket.close(1000);
  core.send({ type: "text", text: "late" });
  core.send({ type: "close", code: 1000, reason: "", wasClean: true });
  await vi.waitFor(() => expect(socket.readyState).toBe(3));
  expect(events).toEqual(["open", "close 1000  true"]);
});

test("credit is raised after a quarter of it is taken", async () => {
  const { core } = await opened();
  const quarter = "x".repeat(MiB / 4);
  core.send({ type: "text", text: quarter.slice(1) });
  core.send({ type: "text", text: "y" });
  expect(await core.next("credit")).toEqual({ type: "credit", limit: MiB / 4 + MiB });
  expect(core.received.filter(({ type }) => type === "credit")).toHaveLength(1);
});

test("a page that leaves says 1001 and hears nothing", async () => {
  const { socket, core, events } = await opened();
  socket.leave();
  expect(await core.next("close")).toEqual({ type: "close", code: 1001, reason: "" });
  expect([events, socket.readyState]).toEqual([["open"], 2]);
  socket.fail();
  socket.fail();
  expect(events, "a page that is back from the cache").toEqual(["open", "error", "close 1006  false"]);
});
