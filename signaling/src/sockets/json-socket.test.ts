/** A socket's manners: bounded queues, signs of life, silence after the end. */
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import { JsonSocket } from "./json-socket.ts";

class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly log: string[] = [];
  send(data: string | Uint8Array): void {
    this.log.push(typeof data === "string" ? data : `${data.length} bytes`);
  }
  close(code: number, reason: string): void {
    this.readyState = 2;
    this.log.push(`close ${code} ${reason}`);
  }
  ping(): void {
    this.log.push("ping");
  }
  terminate(): void {
    this.log.push("terminate");
  }
}

function open() {
  const fake = new FakeSocket();
  const handed: unknown[] = [];
  const socket = new JsonSocket(fake as unknown as WebSocket, {
    onJson: (message) => handed.push(message),
    onBytes: (bytes) => handed.push(bytes.length),
    onClose: (end) => handed.push(end),
  });
  return { fake, socket, handed };
}

test("bytes beyond what may wait are not queued", () => {
  const { fake, socket } = open();
  fake.bufferedAmount = 90;
  expect(socket.sendBytes(new Uint8Array(10), 100)).toBe(true);
  expect(socket.sendBytes(new Uint8Array(11), 100)).toBe(false);
  expect(fake.log).toEqual(["10 bytes"]);
});

test("messages to a peer that never reads do not pile up: its socket is cut", () => {
  const { fake, socket } = open();
  fake.bufferedAmount = 2 * 1024 * 1024;
  socket.send({ type: "welcome" });
  fake.bufferedAmount += 1;
  socket.send({ type: "welcome" });
  expect(fake.log).toEqual(['{"type":"welcome"}', "terminate"]);
});

test("a socket that answers pings lives, one that does not is cut at the next", () => {
  const { fake, socket } = open();
  socket.ping();
  fake.emit("pong");
  socket.ping();
  socket.ping();
  expect(fake.log).toEqual(["ping", "ping", "terminate"]);
});

test("after a failure nothing is sent and nothing is handed on", () => {
  const { fake, socket, handed } = open();
  socket.fail("protocol-error", "No.");
  fake.emit("message", Buffer.from("{}"), false);
  socket.send({ type: "late" });
  expect(handed).toEqual([]);
  expect(fake.log).toEqual([
    '{"type":"error","code":"protocol-error","message":"No.","hint":"Update both sides to the same version."}',
    "close 1008 protocol-error",
  ]);
});

test("text that is no JSON or no UTF-8 is handed on as undefined", () => {
  const { fake, handed } = open();
  fake.emit("message", Buffer.from("{"), false);
  fake.emit("message", Buffer.from([0xff]), false);
  expect(handed).toEqual([undefined, undefined]);
});

test("a goodbye, a connection that broke off and one that fell silent are told apart", () => {
  const first = open();
  first.fake.emit("close", 1000);
  expect(first.handed).toEqual(["goodbye"]);
  const second = open();
  second.fake.emit("close", 1006);
  expect(second.handed).toEqual(["broken"]);
  const third = open();
  third.socket.ping();
  third.socket.ping();
  third.fake.emit("close", 1006);
  expect(third.handed).toEqual(["silent"]);
});
