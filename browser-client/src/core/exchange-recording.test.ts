/** What exchanges with the app origin leave in the log, and how a request is made again from it. */
import { failure, receiveRequest, receiveWebSocket } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, it } from "vitest";
import { fakePort } from "../../test/fake-port.ts";
import { streamPair } from "../../test/stream-pair.ts";
import type { HttpToServiceWorker } from "../ports/http-port.ts";
import type { WebSocketToPage } from "../ports/page-port.ts";
import type { PortRequest } from "../ports/service-port.ts";
import { AppSignIn } from "./app-sign-in.ts";
import { ServiceCookies } from "./cookie-jar.ts";
import { ExchangeLog } from "./exchange-log.ts";
import { HttpExchange } from "./http-exchange.ts";
import { repeatExchange } from "./repeated-exchange.ts";
import { WebSocketExchange } from "./websocket-exchange.ts";

const appOrigin = "http://shop-abc.culvert.localhost:4000";
const get: PortRequest = {
  ...{ method: "GET", path: "/data?x=1", headers: [], hasBody: false, mode: "cors", destination: "script" },
  ...{ credentials: "same-origin", cache: "default", redirect: "follow", referrer: "", clientId: "client" },
  bodySizeBytes: null,
};

function setUp() {
  const clock = createFakeClock();
  const log = new ExchangeLog({ clock, wallMs: () => 0 });
  log.watch(() => {});
  const cookies = new ServiceCookies("shop-abc.culvert.localhost");
  cookies.takeResponse(["sid=old; HttpOnly; Path=/"], "/");
  const pairs: ReturnType<typeof streamPair>[] = [];
  const context = {
    ...{ appOrigin, clock, log, cookies, identity: { userAgent: "Browser/1", languages: ["en"] } },
    loopbackPort: () => undefined,
    signIn: new AppSignIn({ clock, onQuestions: () => {}, onUnsupported: () => {} }),
    openStream: async (kind: "http" | "websocket") => {
      const pair = streamPair(kind);
      pairs.push(pair);
      return pair.viewer;
    },
    onAnswer: () => {},
  };
  /** The agent's end of the stream that was opened last. */
  const agentEnd = () => {
    const pair = pairs.at(-1);
    if (pair === undefined) throw new Error("no stream was opened");
    return pair.agent;
  };
  return { clock, log, cookies, context, agentEnd };
}

it("writes down what was asked, what came and what the target took", async () => {
  const { log, context, agentEnd } = setUp();
  log.keepBodies(true);
  const port = fakePort<HttpToServiceWorker>();
  const over = new HttpExchange({ ...get, method: "POST", hasBody: true }, port, context).run();
  await Promise.resolve();
  const received = await receiveRequest(agentEnd());
  port.say({ type: "chunk", bytes: Buffer.from("ask") });
  port.say({ type: "end" });
  expect(Buffer.from((await received.readBody()) ?? []).toString()).toBe("ask");
  await received.writeHead({ status: 201, statusText: "", headers: [["Content-Type", "text/plain"]], targetMs: 12.5 });
  await received.writeBody(Buffer.from("hello"));
  await received.endBody();
  await over;
  const record = log.find(1);
  expect(record?.row).toMatchObject({
    ...{ kind: "http", method: "POST", path: "/data?x=1", destination: "script", status: 201, targetMs: 12.5 },
    ...{ contentType: "text/plain", requestBytes: 3, answerBytes: 5, totalMs: 0, code: null },
  });
  expect(Buffer.from(record?.kept?.answerBody.bytes() ?? []).toString()).toBe("hello");
  expect(record?.kept?.requestHeaders).toContainEqual(["cookie", "sid=old"]);
});

it("writes down what the agent refused, with the rule, and what the page gave up", async () => {
  const { log, context, agentEnd } = setUp();
  const over = new HttpExchange(get, fakePort<HttpToServiceWorker>(), context).run();
  await Promise.resolve();
  const received = await receiveRequest(agentEnd());
  await received.fail(
    failure("policy", "This service does not allow that path.", "The rule: deny.pathPrefixes: /data."),
  );
  await over;
  expect(log.find(1)?.row).toMatchObject({ code: "policy", hint: "The rule: deny.pathPrefixes: /data.", totalMs: 0 });
  const second = new HttpExchange(get, fakePort<HttpToServiceWorker>(), context);
  const running = second.run();
  second.cancel();
  await running;
  expect(log.find(2)?.row).toMatchObject({ code: "canceled", status: null, totalMs: 0 });
});

it("writes down a socket's messages both ways, and its close", async () => {
  const { clock, log, context, agentEnd } = setUp();
  log.keepBodies(true);
  const port = fakePort<WebSocketToPage>();
  void new WebSocketExchange({ path: "/ws", protocols: [], origin: appOrigin }, port, context).run();
  await Promise.resolve();
  const received = await receiveWebSocket(agentEnd());
  const channel = received.accept({ protocol: "", headers: [], targetMs: 4 });
  await clock.settle();
  port.say({ type: "text", text: "größe" });
  await channel.receive();
  await channel.sendBinary(Uint8Array.of(1, 2, 3));
  await channel.close({ code: 4001, reason: "enough" });
  await clock.settle();
  const record = log.find(1);
  expect(record?.row).toMatchObject({ kind: "websocket", status: 101, targetMs: 4, requestBytes: 7, frames: 3 });
  expect(record?.kept?.frames).toMatchObject([
    { direction: "sent", type: "text", text: "größe", sizeBytes: 7 },
    { direction: "received", type: "binary", text: null, sizeBytes: 3 },
    { direction: "received", type: "close", label: "4001", text: "enough" },
  ]);
});

it("makes a request again with its headers, its body and the cookies of now", async () => {
  const { log, cookies, context, agentEnd } = setUp();
  log.keepBodies(true);
  const port = fakePort<HttpToServiceWorker>();
  const first = new HttpExchange(
    { ...get, method: "PUT", hasBody: true, headers: [["X-Kind", "order"]] },
    port,
    context,
  );
  const over = first.run();
  await Promise.resolve();
  const received = await receiveRequest(agentEnd());
  port.say({ type: "chunk", bytes: Buffer.from("body") });
  port.say({ type: "end" });
  await received.readBody();
  await received.writeHead({ status: 200, statusText: "", headers: [] });
  await received.endBody();
  await over;
  cookies.takeResponse(["sid=new; HttpOnly; Path=/"], "/");
  const id = await repeatExchange(1, context);
  await Promise.resolve();
  const again = await receiveRequest(agentEnd());
  expect(again.head).toMatchObject({ method: "PUT", path: "/data?x=1", hasBody: true });
  expect(again.head.headers).toEqual(
    expect.arrayContaining([
      ["X-Kind", "order"],
      ["cookie", "sid=new"],
    ]),
  );
  expect(Buffer.from((await again.readBody()) ?? []).toString()).toBe("body");
  await again.writeHead({ status: 409, statusText: "", headers: [["Set-Cookie", "sid=newest; HttpOnly; Path=/"]] });
  await again.endBody();
  await expect.poll(() => log.find(id)?.row.totalMs).toBe(0);
  expect(log.find(id)?.row).toMatchObject({ replayOf: 1, status: 409 });
  expect(cookies.headerFor("/", "strict")).toBe("sid=newest");
});

it("does not make again what it cannot make as it was", async () => {
  const { log, context } = setUp();
  log.begin({ kind: "websocket", method: "GET", path: "/ws", destination: "websocket" });
  const post = log.begin({ kind: "http", method: "POST", path: "/", destination: "" });
  post.sent([], true);
  post.requestBytes(Uint8Array.of(1));
  post.requestEnded();
  post.end();
  await expect(repeatExchange(1, context)).rejects.toMatchObject({ code: "invalid-request" });
  await expect(repeatExchange(2, context)).rejects.toMatchObject({ hint: expect.stringContaining("Turn on bodies") });
  await expect(repeatExchange(7, context)).rejects.toMatchObject({ code: "not-found" });
});

it("does not send the part of a body that was broken off as a whole one", async () => {
  const { log, context, agentEnd } = setUp();
  log.keepBodies(true);
  const put: PortRequest = { ...get, method: "PUT", hasBody: true };
  const port = fakePort<HttpToServiceWorker>();
  const given = new HttpExchange(put, port, context);
  const givenUp = given.run();
  await Promise.resolve();
  await receiveRequest(agentEnd());
  port.say({ type: "chunk", bytes: Buffer.from("the first half") });
  given.cancel();
  await givenUp;
  const early = fakePort<HttpToServiceWorker>();
  const answered = new HttpExchange(put, early, context).run();
  await Promise.resolve();
  const received = await receiveRequest(agentEnd());
  early.say({ type: "chunk", bytes: Buffer.from("the first half") });
  await received.writeHead({ status: 413, statusText: "", headers: [] });
  await received.endBody();
  await answered;
  for (const id of [1, 2]) {
    expect(log.find(id)?.kept?.requestBody).toMatchObject({ isWhole: true, isEnded: false, keptBytes: 14 });
    await expect(repeatExchange(id, context)).rejects.toMatchObject({
      ...{ code: "invalid-request", message: "The body of this request was not sent to its end." },
    });
  }
  expect(log.find(3)).toBeUndefined();
});
