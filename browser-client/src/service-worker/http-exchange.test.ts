import { afterEach, expect, test, vi } from "vitest";
import { type FarEnd, farEnd } from "../ports/testing/far-end.ts";
import { HttpExchange } from "./http-exchange.ts";
import { RequestBody } from "./request-body.ts";

const KiB = 1024;
const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
  vi.restoreAllMocks();
});

interface Opened {
  readonly exchange: HttpExchange;
  readonly core: FarEnd;
  readonly uploaded: number[];
  over: number;
}

function start(body?: Uint8Array): Opened {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const opened = { core: farEnd(port2), uploaded: [] as number[], over: 0 };
  const stream = body === undefined ? undefined : new Blob([new Uint8Array(body)]).stream();
  const exchange = new HttpExchange(port1, {
    body: stream && new RequestBody(stream),
    onUploaded: (bytes) => opened.uploaded.push(bytes),
    onOver: () => {
      opened.over += 1;
    },
  });
  return Object.assign(opened, { exchange });
}

const head = { type: "head", status: 200, statusText: "OK", headers: [] };
const cut = { code: "target-aborted", message: "The app broke off.", hint: "" } as const;

/** The body of an answer that has begun. */
async function bodyOf({ exchange, core }: Opened): Promise<ReadableStream<Uint8Array>> {
  core.send(head);
  const outcome = await exchange.outcome;
  if (outcome.type === "failed") throw new Error(outcome.failure.message);
  return outcome.body;
}

test("head, chunks and end become a body", async () => {
  const opened = start();
  const body = await bodyOf(opened);
  opened.core.send({ type: "chunk", bytes: new Uint8Array([1, 2]) });
  opened.core.send({ type: "chunk", bytes: new Uint8Array([3]) });
  opened.core.send({ type: "end" });
  expect([...new Uint8Array(await new Response(body as BodyInit).arrayBuffer())]).toEqual([1, 2, 3]);
  expect(opened.over).toBe(1);
});

test("a failure in place of a head is told as it is", async () => {
  const { exchange, core } = start();
  core.send({ type: "failed", failure: cut });
  expect(await exchange.outcome).toEqual({ type: "failed", failure: cut });
});

test("a body that is cut is an error to its reader, and the console has the reason", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const opened = start();
  const body = await bodyOf(opened);
  opened.core.send({ type: "chunk", bytes: new Uint8Array([1]) });
  opened.core.send({ type: "failed", failure: cut });
  await expect(new Response(body as BodyInit).arrayBuffer()).rejects.toThrow("The app broke off.");
  expect(warn.mock.calls).toEqual([[expect.stringContaining("%s (%s)"), "The app broke off.", "target-aborted"]]);
});

test("a body that nobody wants, and a request without an answer, are no news for the console", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const given = start();
  await (await bodyOf(given)).cancel();
  const refused = start();
  refused.core.send({ type: "failed", failure: cut });
  await refused.exchange.outcome;
  expect(warn).not.toHaveBeenCalled();
});

test("an exchange whose core is gone fails and tells the core to cancel", async () => {
  const opened = start();
  const body = await bodyOf(opened);
  opened.exchange.fail({ code: "closed", message: "The tab was closed.", hint: "" });
  await expect(new Response(body as BodyInit).arrayBuffer()).rejects.toThrow("The tab was closed.");
  await opened.core.next("cancel");
  expect(opened.over).toBe(1);
});

test("a reader that cancels reaches the core once", async () => {
  const opened = start();
  const body = await bodyOf(opened);
  await body.cancel();
  await opened.core.next("cancel");
  opened.exchange.cancel();
  expect(opened.core.received.filter(({ type }) => type === "cancel")).toHaveLength(1);
  expect(opened.over).toBe(1);
});

test("credit is raised as the reader takes bytes, and not before", async () => {
  const opened = start();
  const body = await bodyOf(opened);
  for (let sent = 0; sent < 256 * KiB; sent += 64 * KiB) {
    opened.core.send({ type: "chunk", bytes: new Uint8Array(64 * KiB) });
  }
  const reader = body.getReader();
  await reader.read();
  const first = await opened.core.next("credit");
  expect(first.limit).toBeLessThanOrEqual(64 * KiB + 256 * KiB);
  await reader.read();
  await reader.read();
  await reader.read();
  const limits = () => opened.core.received.filter(({ type }) => type === "credit").map(({ limit }) => limit);
  await opened.core.next("credit", 2);
  expect(Math.max(...(limits() as number[]))).toBeLessThanOrEqual(256 * KiB + 256 * KiB);
  opened.core.send({ type: "end" });
  expect((await reader.read()).done).toBe(true);
});

test("a request's body goes in chunks, up to the credit and no further", async () => {
  const opened = start(new Uint8Array(300 * KiB).fill(7));
  await opened.core.next("chunk", 3);
  const sizes = () =>
    opened.core.received.filter(({ type }) => type === "chunk").map(({ bytes }) => (bytes as Uint8Array).length);
  expect(sizes().reduce((sum, size) => sum + size, 0)).toBe(256 * KiB);
  expect(Math.max(...sizes())).toBe(64 * KiB);
  expect(opened.core.received.some(({ type }) => type === "end")).toBe(false);
  opened.core.send({ type: "uploaded", bytes: 1000 });
  opened.core.send({ type: "credit", limit: 400 * KiB });
  await opened.core.next("end");
  expect(sizes().reduce((sum, size) => sum + size, 0)).toBe(300 * KiB);
  expect(opened.uploaded).toEqual([1000]);
});

test("an answer that ends early stops the upload", async () => {
  const opened = start(new Uint8Array(300 * KiB));
  const body = await bodyOf(opened);
  opened.core.send({ type: "end" });
  expect((await new Response(body as BodyInit).arrayBuffer()).byteLength).toBe(0);
  expect(opened.over).toBe(1);
});

test("a request's body that breaks cancels the exchange", async () => {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const core = farEnd(port2);
  const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("disk")) });
  const exchange = new HttpExchange(port1, { body: new RequestBody(broken), onUploaded: () => {}, onOver: () => {} });
  expect(await exchange.outcome).toMatchObject({ type: "failed", failure: { code: "canceled" } });
  await core.next("cancel");
});
