import { TunnelError } from "@culvert/protocol";
import { type ReceivedRequest, receiveRequest } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { describe, expect, it } from "vitest";
import { fakePort } from "../../test/fake-port.ts";
import { streamPair } from "../../test/stream-pair.ts";
import { testLog } from "../../test/test-log.ts";
import type { HttpToServiceWorker } from "../ports/http-port.ts";
import type { PortRequest } from "../ports/service-port.ts";
import { AppSignIn } from "./app-sign-in.ts";
import { ServiceCookies } from "./cookie-jar.ts";
import { HttpExchange } from "./http-exchange.ts";

const appOrigin = "http://shop-abc.culvert.localhost:4000";
const get: PortRequest = {
  method: "GET",
  path: "/data?x=1",
  headers: [],
  hasBody: false,
  mode: "cors",
  destination: "",
  credentials: "same-origin",
  cache: "default",
  redirect: "follow",
  referrer: "",
  clientId: "client",
  bodySizeBytes: null,
};
const post: PortRequest = { ...get, method: "POST", hasBody: true };

function setUp(request: PortRequest) {
  const clock = createFakeClock();
  const port = fakePort<HttpToServiceWorker>();
  const cookies = new ServiceCookies("shop-abc.culvert.localhost");
  const pair = streamPair("http");
  let answers = 0;
  const exchange = new HttpExchange(request, port, {
    appOrigin,
    clock,
    cookies,
    identity: { userAgent: "Browser/1", languages: ["en"] },
    log: testLog(),
    loopbackPort: () => undefined,
    signIn: new AppSignIn({ clock, onQuestions: () => {}, onUnsupported: () => {} }),
    openStream: async () => pair.viewer,
    onAnswer: () => (answers += 1),
  });
  const types = (): string[] => port.posted.map(({ type }) => type);
  const bodyBytes = (): Uint8Array =>
    Buffer.concat(port.posted.map((message) => (message.type === "chunk" ? message.bytes : new Uint8Array(0))));
  return { ...pair, clock, port, cookies, exchange, types, bodyBytes, answers: () => answers };
}

const head = (headers: [string, string][] = []) => ({ status: 200, statusText: "OK", headers });

async function answering(request: PortRequest) {
  const parts = setUp(request);
  const over = parts.exchange.run();
  const received: ReceivedRequest = await receiveRequest(parts.agent);
  return { ...parts, over, received };
}

describe("HttpExchange", () => {
  it("sends the request and brings the answer back whole", async () => {
    const { received, over, port, types, bodyBytes, answers } = await answering(get);
    expect(received.head).toMatchObject({ method: "GET", path: "/data?x=1", hasBody: false });
    expect(await received.readBody()).toBeNull();
    await received.writeHead(head([["Content-Type", "text/plain"]]));
    await received.writeBody(Buffer.from("hello"));
    await received.endBody();
    await over;
    expect(types()).toEqual(["head", "chunk", "end"]);
    expect(port.posted[0]).toEqual({
      type: "head",
      status: 200,
      statusText: "OK",
      headers: [["Content-Type", "text/plain"]],
    });
    expect(Buffer.from(bodyBytes()).toString()).toBe("hello");
    expect(port.closed).toBe(true);
    expect(answers()).toBe(1);
  });

  it("keeps cookies from the app origin, shows documents theirs, and sends them back", async () => {
    const { received, over, port, cookies } = await answering({ ...get, mode: "navigate", destination: "iframe" });
    await received.writeHead(
      head([
        ["Set-Cookie", "id=secret; HttpOnly; Path=/"],
        ["Set-Cookie", "theme=dark; Path=/"],
        ["Location", "app:/next"],
      ]),
    );
    await received.endBody();
    await over;
    expect(port.posted[0]).toMatchObject({
      headers: [["Location", `${appOrigin}/next`]],
      documentCookies: "theme=dark",
    });
    expect(JSON.stringify(port.posted)).not.toContain("secret");
    expect(cookies.headerFor("/", "strict")).toBe("id=secret; theme=dark");
  });

  it("neither sends nor takes cookies where credentials are omitted", async () => {
    const parts = setUp({ ...get, credentials: "omit" });
    parts.cookies.takeResponse(["id=1; Path=/"], "/");
    const over = parts.exchange.run();
    const received = await receiveRequest(parts.agent);
    expect(received.head.headers.map(([name]) => name)).not.toContain("cookie");
    await received.writeHead(head([["Set-Cookie", "id=2; Path=/"]]));
    await received.endBody();
    await over;
    expect(parts.cookies.headerFor("/", "strict")).toBe("id=1");
  });

  it("reads no further than the service worker's credit", async () => {
    const { received, over, port, clock, bodyBytes, toViewer, types } = await answering(get);
    const body = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 253);
    const written = (async () => {
      await received.writeHead(head());
      for (let offset = 0; offset < body.length; offset += 50_000) {
        await received.writeBody(body.subarray(offset, offset + 50_000));
      }
      await received.endBody();
    })();
    await clock.advance(1_000);
    expect(bodyBytes()).toHaveLength(262_144);
    expect(toViewer.heldBytes).toBeGreaterThan(200_000);
    for (let limit = 400_000; limit <= 1_000_000; limit += 100_000) {
      port.say({ type: "credit", limit });
      await clock.advance(10);
      expect(bodyBytes().length).toBeLessThanOrEqual(limit);
    }
    await written;
    await over;
    expect(Buffer.from(bodyBytes()).equals(body)).toBe(true);
    expect(Math.max(...port.posted.map((message) => (message.type === "chunk" ? message.bytes.length : 0)))).toBe(
      65_536,
    );
    expect(types().at(-1)).toBe("end");
  });

  it("fails a body that is cut, and never ends it", async () => {
    const { received, over, types, port } = await answering(get);
    await received.writeHead(head());
    await received.writeBody(Buffer.from("half"));
    await received.fail({ code: "target-aborted", message: "the app broke off", hint: "Look at the app." });
    await over;
    expect(types()).not.toContain("end");
    expect(port.posted.at(-1)).toEqual({
      type: "failed",
      failure: { code: "target-aborted", message: "the app broke off", hint: "Look at the app." },
    });
  });

  it("tells a failure in place of a head in the agent's words", async () => {
    const { received, over, port } = await answering(get);
    await received.fail({ code: "target-unreachable", message: "nothing on port 3000", hint: "Start it." });
    await over;
    expect(port.posted).toEqual([
      { type: "failed", failure: { code: "target-unreachable", message: "nothing on port 3000", hint: "Start it." } },
    ]);
  });

  it("counts the failure of a document as an answer, since its words are what the frame shows", async () => {
    const { received, over, answers } = await answering({ ...get, mode: "navigate", destination: "iframe" });
    await received.fail({ code: "target-unreachable", message: "nothing on port 3000", hint: "Start it." });
    await over;
    expect(answers()).toBe(1);
  });

  it("does not count the failure of a part of a page", async () => {
    const { received, over, answers } = await answering(get);
    await received.fail({ code: "target-unreachable", message: "nothing on port 3000", hint: "Start it." });
    await over;
    expect(answers()).toBe(0);
  });

  it("cancels the agent's request where the page gave up", async () => {
    const { received, over, port, resets } = await answering(get);
    await received.writeHead(head());
    port.say({ type: "cancel" });
    await over;
    expect(resets).toEqual(["canceled"]);
    expect(port.closed).toBe(true);
  });

  it("ends with words where nothing answers", async () => {
    const { over, port, clock, resets } = await answering(get);
    await clock.advance(280_000);
    await over;
    expect(port.posted).toMatchObject([{ type: "failed", failure: { code: "timeout" } }]);
    expect(resets).toEqual(["timeout"]);
  });

  it("fails where no tunnel will come, and leaves nothing behind", async () => {
    const clock = createFakeClock();
    const port = fakePort<HttpToServiceWorker>();
    const exchange = new HttpExchange(get, port, {
      appOrigin,
      clock,
      cookies: new ServiceCookies("shop"),
      identity: { userAgent: "", languages: [] },
      log: testLog(),
      loopbackPort: () => undefined,
      signIn: new AppSignIn({ clock, onQuestions: () => {}, onUnsupported: () => {} }),
      openStream: () => Promise.reject(new TunnelError("revoked", "access was taken back")),
      onAnswer: () => {},
    });
    await exchange.run();
    expect(port.posted).toMatchObject([{ type: "failed", failure: { code: "revoked" } }]);
    expect(clock.pendingTimers()).toBe(0);
  });

  it("uploads against credit and reports what the agent has", async () => {
    const { received, over, port, clock } = await answering(post);
    const sent = Uint8Array.from({ length: 600_000 }, (_, index) => index % 251);
    const got: Uint8Array[] = [];
    let offset = 0;
    let limit = 262_144;
    const drain = (async () => {
      for (let bytes = await received.readBody(); bytes !== null; bytes = await received.readBody()) got.push(bytes);
    })();
    while (offset < sent.length) {
      const bytes = sent.slice(offset, Math.min(offset + 65_536, limit));
      if (bytes.length > 0) port.say({ type: "chunk", bytes });
      offset += bytes.length;
      await clock.advance(100);
      for (const message of port.posted) if (message.type === "credit") limit = Math.max(limit, message.limit);
    }
    port.say({ type: "end" });
    await clock.advance(100);
    await drain;
    await clock.advance(100);
    expect(Buffer.concat(got).equals(sent)).toBe(true);
    const uploaded = port.posted.flatMap((message) => (message.type === "uploaded" ? [message.bytes] : []));
    expect(uploaded).toEqual([...uploaded].sort((one, other) => one - other));
    expect(uploaded.at(-1)).toBe(600_000);
    await received.writeHead(head());
    await received.endBody();
    await over;
    expect(clock.pendingTimers()).toBe(0);
  });

  it("delivers an early answer although the body is stopped", async () => {
    const { received, over, port, clock, types, resets } = await answering(post);
    port.say({ type: "chunk", bytes: new Uint8Array(65_536) });
    received.stopBody();
    await received.writeHead({ status: 413, statusText: "Payload Too Large", headers: [] });
    await received.endBody();
    await clock.settle();
    await over;
    expect(types()).toEqual(["head", "end"]);
    expect(resets).toEqual(["canceled"]);
  });

  it.each([
    ["an unknown message", { type: "open-sesame" }],
    ["a chunk that is too long", { type: "chunk", bytes: new Uint8Array(65_537) }],
    ["a limit that is no number", { type: "credit", limit: "9" }],
    ["nothing", undefined],
  ])("fails on %s from the app origin", async (_name, message) => {
    const { over, port, resets } = await answering(post);
    port.say(message);
    await over;
    expect(port.posted).toMatchObject([{ type: "failed", failure: { code: "protocol-error" } }]);
    expect(resets).toEqual(["canceled"]);
  });

  it("fails where the service worker sends beyond its credit", async () => {
    const { over, port } = await answering(post);
    for (let count = 0; count < 40; count += 1) port.say({ type: "chunk", bytes: new Uint8Array(65_536) });
    await over;
    expect(port.posted.at(-1)).toMatchObject({ type: "failed", failure: { code: "protocol-error" } });
  });
});
