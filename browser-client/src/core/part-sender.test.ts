import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { fakePort } from "../../test/fake-port.ts";
import type { HttpToServiceWorker } from "../ports/http-port.ts";
import { PartSender } from "./part-sender.ts";

const head: HttpToServiceWorker = { type: "head", status: 200, statusText: "OK", headers: [] };
const chunk = (sizeBytes: number): HttpToServiceWorker => ({ type: "chunk", bytes: new Uint8Array(sizeBytes) });
const end: HttpToServiceWorker = { type: "end" };

function sender(mayJoin = true) {
  const clock = createFakeClock();
  const port = fakePort<HttpToServiceWorker>();
  return { clock, port, out: new PartSender({ port, clock, mayJoin }) };
}

test("a small answer is one message", () => {
  const { port, out } = sender();
  for (const message of [head, chunk(3), end]) out.post(message);
  expect(port.posted).toEqual([{ type: "parts", parts: [head, chunk(3), end] }]);
});

test("a head that nothing follows leaves by itself, and what comes later too", async () => {
  const { port, out, clock } = sender();
  out.post(head);
  expect(port.posted).toEqual([]);
  await clock.advance(1);
  expect(port.posted).toEqual([head]);
  out.post(chunk(3));
  out.post(end);
  expect(port.posted).toEqual([head, chunk(3), end]);
});

test("a large body is not held for its end", () => {
  const { port, out } = sender();
  out.post(head);
  out.post(chunk(64 * 1024));
  expect(port.posted).toEqual([{ type: "parts", parts: [head, chunk(64 * 1024)] }]);
});

test("what is given up is not sent", async () => {
  const { port, out, clock } = sender();
  out.post(head);
  out.stop();
  await clock.advance(10);
  expect(port.posted).toEqual([]);
});

test("a worker that knows of no joined messages gets them one by one", () => {
  const { port, out } = sender(false);
  for (const message of [head, chunk(3), end]) out.post(message);
  expect(port.posted).toEqual([head, chunk(3), end]);
});
