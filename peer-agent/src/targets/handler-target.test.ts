import type { Duplex } from "node:stream";
import { brotliCompressSync } from "node:zlib";
import { openWebSocket, receiveWebSocket } from "@culvert/protocol/http";
import { expect, test, vi } from "vitest";
import { ask, bodyOf, header, sha256Hex } from "../testing/asking-viewer.ts";
import { streamPair } from "../testing/stream-pair.ts";
import { createHandlerTarget, type ServiceHandler } from "./handler-target.ts";

// Real sockets: a machine under load is slow, and no test here measures time.
vi.setConfig({ testTimeout: 60_000 });

const create = (handler: ServiceHandler) => createHandlerTarget({ handler, serviceName: "notes", label: "studio" });

test("a function answers as a server would", async () => {
  const target = create({
    fetch: async (request) => {
      const headers = new Headers([
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"],
        ["Location", "http://notes.localhost/next"],
        ["X-Seen", `${request.method} ${request.url} ${request.headers.get("origin")} ${request.headers.get("host")}`],
      ]);
      return new Response((await request.text()).toUpperCase(), { status: 201, statusText: "Made", headers });
    },
  });
  const { sent, served } = ask(target, {
    ...{ method: "POST", path: "/list//a%2fb?q=%7e", hasBody: true },
    headers: [["Origin", "app:"]],
  });
  await sent.writeBody(Buffer.from("hello"));
  await sent.endBody();
  const head = await sent.readHead();
  expect([head.status, head.statusText, header(head, "location")]).toEqual([201, "Made", "app:/next"]);
  expect(header(head, "x-seen")).toBe(
    "POST http://notes.localhost/list//a%2fb?q=%7e http://notes.localhost notes.localhost",
  );
  expect(head.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value)).toEqual(["a=1", "b=2"]);
  expect((await bodyOf(sent)).toString()).toBe("HELLO");
  await served;
});

test("a large streamed answer arrives whole, at the viewer's pace", async () => {
  const chunk = new Uint8Array(65_536).fill(7);
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      if (pulled > 200) controller.close();
      else controller.enqueue(chunk.slice());
    },
  });
  const { sent, served } = ask(create({ fetch: () => new Response(body) }), { path: "/" });
  await sent.readHead();
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(pulled).toBeLessThan(20);
  expect((await bodyOf(sent)).length).toBe(200 * 65_536);
  await served;
});

test("a body that the viewer cannot decode is decoded on its way", async () => {
  const plain = Buffer.alloc(300_000, "word ");
  const coded = brotliCompressSync(plain);
  const target = create({ fetch: () => new Response(coded, { headers: { "content-encoding": "br" } }) });
  const { sent } = ask(target, { path: "/", headers: [["Accept-Encoding", "gzip"]] });
  expect(header(await sent.readHead(), "content-encoding")).toBeUndefined();
  expect(sha256Hex(await bodyOf(sent))).toBe(sha256Hex(plain));
});

test.each([
  ["HEAD", 200],
  ["GET", 204],
  ["GET", 304],
])("%s %i has no body", async (method, status) => {
  const { sent } = ask(create({ fetch: () => new Response(status === 200 ? "body" : null, { status }) }), {
    ...{ method, path: "/" },
  });
  expect((await sent.readHead()).status).toBe(status);
  expect(await sent.readBody()).toBeNull();
});

test("what a function throws reaches its owner, and no word of it the viewer", async () => {
  const faults: unknown[] = [];
  const target = create({
    fetch: () => {
      throw new Error("password is hunter2");
    },
    onFault: (thrown) => faults.push(thrown),
  });
  await expect(ask(target, { path: "/" }).sent.readHead()).rejects.toMatchObject({
    code: "target-aborted",
    message: "The app of studio failed to answer.",
  });
  expect(faults).toMatchObject([{ message: "password is hunter2" }]);
});

test("a body that breaks is never a short success", async () => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from("half"));
    },
    pull(controller) {
      controller.error(new Error("disk"));
    },
  });
  const { sent, served } = ask(create({ fetch: () => new Response(body) }), { path: "/" });
  await sent.readHead();
  await expect(bodyOf(sent)).rejects.toMatchObject({ code: "target-aborted" });
  await served;
});

test("a viewer that gives up aborts the request's signal", async () => {
  const reached = Promise.withResolvers<void>();
  const target = create({
    fetch: ({ signal }) => {
      reached.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  });
  const { sent, served } = ask(target, { path: "/" });
  await reached.promise;
  sent.cancel();
  await served;
});

test("a function takes a WebSocket", async () => {
  const target = create({
    async webSocket(request) {
      const channel = request.accept({ protocol: request.head.protocols[0] ?? "", headers: [] });
      for (;;) {
        const event = await channel.receive();
        if (event.type === "close") return channel.close(event.close);
        if (event.type === "text") await channel.sendText(event.text.toUpperCase());
      }
    },
  });
  const { viewer, agent } = streamPair("websocket");
  const served = receiveWebSocket(agent).then((request) => target.joinWebSocket(request));
  const opened = await openWebSocket(viewer, { path: "/", headers: [], protocols: ["chat"] });
  if (opened.type === "refused") throw new Error("refused");
  await opened.channel.sendText("hi");
  expect([opened.answer.protocol, await opened.channel.receive()]).toEqual(["chat", { type: "text", text: "HI" }]);
  await opened.channel.close({ code: 1000, reason: "" });
  expect(await opened.channel.receive()).toMatchObject({ type: "close" });
  await served;
});

test("a function takes a raw stream", async () => {
  const target = create({ stream: (stream: Duplex) => stream.pipe(stream) });
  const { viewer, agent } = streamPair("tcp");
  const served = target.joinStream(agent);
  await viewer.write(Buffer.from("echo"));
  viewer.end();
  expect(Buffer.from((await viewer.read()) ?? []).toString()).toBe("echo");
  expect(await viewer.read()).toBeNull();
  await served;
});

test("what it does not offer is refused", async () => {
  const target = create({});
  await expect(ask(target, { path: "/" }).sent.readHead()).rejects.toMatchObject({ code: "unsupported" });
  const tcp = streamPair("tcp");
  await target.joinStream(tcp.agent);
  await expect(tcp.viewer.read()).rejects.toMatchObject({ code: "unsupported" });
});
