import { TunnelError } from "@culvert/protocol";
import { receiveRequest } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { describe, expect, it, vi } from "vitest";
import { type FakePort, fakePort } from "../../test/fake-port.ts";
import { streamPair } from "../../test/stream-pair.ts";
import { testLog } from "../../test/test-log.ts";
import type { AppLocation } from "../app-view-api.ts";
import type { HttpToServiceWorker } from "../ports/http-port.ts";
import type { CoreToPage } from "../ports/page-port.ts";
import type { PortRequest, ToServiceWorker } from "../ports/service-port.ts";
import { AppGateway } from "./app-gateway.ts";
import { AppSignIn } from "./app-sign-in.ts";
import { ServiceCookies } from "./cookie-jar.ts";

const appOrigin = "http://shop-abc.culvert.localhost:4000";
const get: PortRequest = {
  method: "GET",
  path: "/",
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
const hello = { bootId: "boot", dashboardOrigin: "http://d", appViewUrl: "http://d/a", serviceName: "shop" };

function messagePort<Outgoing>(): FakePort<Outgoing> & MessagePort {
  return Object.assign(fakePort<Outgoing>(), { addEventListener() {} }) as unknown as FakePort<Outgoing> & MessagePort;
}

function setUp() {
  const clock = createFakeClock();
  const cookies = new ServiceCookies("shop-abc.culvert.localhost");
  const pair = streamPair("http");
  const locations: AppLocation[] = [];
  let workers = 0;
  let answers = 0;
  const gateway = new AppGateway(
    {
      appOrigin,
      clock,
      cookies,
      identity: { userAgent: "", languages: [] },
      log: testLog(),
      loopbackPort: () => undefined,
      signIn: new AppSignIn({ clock, onQuestions: () => {}, onUnsupported: () => {} }),
      openStream: async (kind) => {
        if (kind === "http") return pair.viewer;
        throw new TunnelError("unsupported", "no WebSockets in this test");
      },
      onAnswer: () => {
        answers += 1;
      },
    },
    hello,
    {
      onIcon: () => {},
      onWorker: () => (workers += 1),
      onLocation: (location) => locations.push(location),
      onTrouble: () => {},
    },
  );
  const worker = messagePort<ToServiceWorker>();
  gateway.addWorker(worker);
  const openPage = (url: string): FakePort<CoreToPage> => {
    const page = messagePort<CoreToPage>();
    worker.say({ type: "open-page", clientId: "client", url, port: page });
    return page;
  };
  return {
    ...pair,
    clock,
    cookies,
    gateway,
    worker,
    openPage,
    locations,
    workers: () => workers,
    answers: () => answers,
  };
}

describe("AppGateway and its workers", () => {
  it("says hello and hears it", () => {
    const { worker, workers } = setUp();
    expect(worker.posted).toEqual([{ type: "core-hello", portProtocol: 2, ...hello }]);
    worker.say({ type: "worker-hello", portProtocol: 2 });
    expect(workers()).toBe(1);
  });

  it("refuses a worker of another version in words", () => {
    const { worker } = setUp();
    worker.say({ type: "worker-hello", portProtocol: 1 });
    expect(worker.posted.at(-1)).toMatchObject({ type: "core-closed", code: "version-unsupported" });
    expect(worker.closed).toBe(true);
  });

  it("tells a worker the cookies that a document from its cache shows, and that the app has answered", () => {
    const { worker, cookies, answers } = setUp();
    cookies.takeResponse(["seen=1", "hidden=2; HttpOnly", "elsewhere=3; Path=/other"], "/");
    const port = messagePort<string>();
    worker.say({ type: "read-cookies", path: "/page?query", port });
    expect(port.posted).toEqual(["seen=1"]);
    expect(port.closed).toBe(true);
    expect(answers()).toBe(1);
  });

  it("keeps a worker that answers pings and drops a silent one with its exchanges", async () => {
    const { worker, clock, agent, resets } = setUp();
    const port = messagePort<HttpToServiceWorker>();
    worker.say({ type: "open-http", request: get, port });
    await receiveRequest(agent);
    for (let sequence = 1; sequence <= 10; sequence += 1) {
      await clock.advance(10_000);
      expect(worker.posted.at(-1)).toEqual({ type: "ping", sequence });
      worker.say({ type: "pong", sequence });
    }
    await clock.advance(30_000);
    expect(worker.closed).toBe(false);
    await clock.advance(10_000);
    expect(worker.closed).toBe(true);
    expect(resets).toEqual(["canceled"]);
    expect(clock.pendingTimers()).toBe(0);
  });

  it.each([
    ["drops a dead worker with its exchanges soon after another started", false],
    ["keeps a worker beside another that started where it answers", true],
  ])("%s", async (_name, answers) => {
    const { gateway, worker, clock, agent, resets } = setUp();
    worker.say({ type: "open-http", request: get, port: messagePort<HttpToServiceWorker>() });
    await receiveRequest(agent);
    gateway.addWorker(messagePort<ToServiceWorker>());
    expect(worker.posted.at(-1)).toEqual({ type: "ping", sequence: 1 });
    if (answers) worker.say({ type: "pong", sequence: 1 });
    await clock.advance(9_999);
    expect(worker.closed).toBe(false);
    await clock.advance(1);
    expect([worker.closed, resets]).toEqual(answers ? [false, []] : [true, ["canceled"]]);
  });

  it("answers a page that asks whether it is there", () => {
    const page = setUp().openPage(`${appOrigin}/`);
    page.say({ type: "ping" });
    expect(page.posted.at(-1)).toEqual({ type: "pong" });
  });

  it.each([
    ["garbage", "hello"],
    ["an unknown message", { type: "open-sesame" }],
    ["a request without a port", { type: "open-http", request: get }],
    ["a pong that is no number", { type: "pong", sequence: "1" }],
  ])("drops a worker that sends %s", (_name, message) => {
    const { worker } = setUp();
    worker.say(message);
    expect(worker.posted.at(-1)).toMatchObject({ type: "core-closed", code: "protocol-error" });
  });

  it.each([
    ["leads elsewhere", { path: "http://10.0.0.1/" }],
    ["has a method with a line break", { method: "GET\r\nX: y" }],
    ["has too many headers", { headers: Array(300).fill(["a", "b"]) }],
    ["has a header beyond all bounds", { headers: [["authorization", "x".repeat(100_000)]] }],
  ])("refuses a request that %s and serves the next one", async (_name, part) => {
    const { worker, agent } = setUp();
    const [refused, served] = [messagePort<HttpToServiceWorker>(), messagePort<HttpToServiceWorker>()];
    worker.say({ type: "open-http", request: { ...get, ...part }, port: refused });
    worker.say({ type: "open-http", request: get, port: served });
    expect(refused.posted).toMatchObject([{ type: "failed", failure: { code: "invalid-request" } }]);
    expect((await receiveRequest(agent)).head.path).toBe("/");
  });

  it("fails requests beyond its bound without dropping the worker", async () => {
    const { worker } = setUp();
    for (let count = 0; count < 1_024; count += 1) {
      worker.say({ type: "open-http", request: get, port: messagePort<HttpToServiceWorker>() });
    }
    const port = messagePort<HttpToServiceWorker>();
    worker.say({ type: "open-http", request: get, port });
    expect(port.posted).toMatchObject([{ type: "failed", failure: { code: "limit-reached" } }]);
    expect(worker.closed).toBe(false);
  });

  it("keeps to a bound of workers, the newest of them", () => {
    const { gateway, worker } = setUp();
    const more = Array.from({ length: 8 }, () => messagePort<ToServiceWorker>());
    for (const port of more) gateway.addWorker(port);
    expect(worker.posted.at(-1)).toMatchObject({ type: "core-closed", code: "superseded" });
    expect(more.filter(({ closed }) => closed)).toEqual([]);
  });

  it("closes workers and pages in the end", () => {
    const { gateway, worker, openPage, clock } = setUp();
    const page = openPage(`${appOrigin}/`);
    gateway.close("closed", "the App View was closed");
    expect(worker.posted.at(-1)).toEqual({ type: "core-closed", code: "closed", message: "the App View was closed" });
    expect(page.posted.at(-1), "Chromium tells nobody that a port was closed").toEqual({ type: "gone" });
    expect(page.closed).toBe(true);
    expect(clock.pendingTimers()).toBe(0);
  });
});

describe("AppGateway and its pages", () => {
  it("gives a document its cookies at once and again when they change, never HttpOnly ones", () => {
    const { cookies, openPage } = setUp();
    cookies.takeResponse(["theme=dark; Path=/", "id=secret; HttpOnly; Path=/"], "/");
    const page = openPage(`${appOrigin}/`);
    cookies.takeResponse(["deep=1; Path=/shop"], "/");
    cookies.takeResponse(["id=other; HttpOnly; Path=/"], "/");
    cookies.takeResponse(["theme=light; Path=/"], "/");
    expect(page.posted).toEqual([
      { type: "page-ready" },
      { type: "cookies", cookies: "theme=dark", applied: 0 },
      { type: "cookies", cookies: "theme=light", applied: 0 },
    ]);
  });

  it("takes a document's own cookie, tells its siblings, and answers it with what the jar holds", () => {
    const { openPage } = setUp();
    const one = openPage(`${appOrigin}/`);
    const other = openPage(`${appOrigin}/`);
    one.say({ type: "set-cookie", cookie: "a=1", path: "/", sequence: 1 });
    expect(one.posted.at(-1)).toEqual({ type: "cookies", cookies: "a=1", applied: 1 });
    expect(other.posted.at(-1)).toEqual({ type: "cookies", cookies: "a=1", applied: 0 });
    one.say({ type: "set-cookie", cookie: "b=2; HttpOnly", path: "/", sequence: 2 });
    expect(one.posted.at(-1)).toEqual({ type: "cookies", cookies: "a=1", applied: 2 });
  });

  it("tells a document when a cookie that it sees has run out, and sets no timer for one that it does not see", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    try {
      const { cookies, openPage, clock, gateway } = setUp();
      cookies.takeResponse(["short=1; Path=/; Max-Age=2", "session=1; Path=/"], "/");
      const page = openPage(`${appOrigin}/`);
      expect(page.posted.at(-1)).toEqual({ type: "cookies", cookies: "short=1; session=1", applied: 0 });
      const timers = clock.pendingTimers();
      vi.setSystemTime(1_002_001);
      await clock.advance(2_001);
      expect(page.posted.at(-1)).toEqual({ type: "cookies", cookies: "session=1", applied: 0 });
      cookies.takeResponse(["hidden=1; Path=/; Max-Age=5; HttpOnly"], "/");
      expect(clock.pendingTimers()).toBe(timers - 1);
      gateway.close("closed", "over");
      expect(clock.pendingTimers()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("reports where the app is, bounded, and follows its path for cookies", async () => {
    const { openPage, locations, cookies, clock } = setUp();
    cookies.takeResponse(["deep=1; Path=/shop"], "/");
    const page = openPage(`${appOrigin}/`);
    page.say({ type: "page-info", path: "/passing", title: "", icon: "" });
    page.say({ type: "page-info", path: "/shop/cart?x=1#top", title: "x".repeat(999), icon: "" });
    await clock.advance(100);
    expect(locations).toEqual([{ path: "/shop/cart?x=1#top", title: "x".repeat(256) }]);
    expect(page.posted.at(-1)).toEqual({ type: "cookies", cookies: "deep=1", applied: 0 });
  });

  it.each([
    ["an address elsewhere", { type: "page-info", path: "https://evil.example/", title: "", icon: "" }],
    ["an endless address", { type: "page-info", path: `/${"x".repeat(9_000)}`, title: "", icon: "" }],
    [
      "a WebSocket elsewhere",
      { type: "open-websocket", path: "ws://10.0.0.1/", protocols: [], origin: "", port: fakePort() },
    ],
  ])("drops a document that sends %s", (_name, message) => {
    const { openPage, locations } = setUp();
    const page = openPage(`${appOrigin}/`);
    page.say(message);
    expect(page.closed).toBe(true);
    expect(locations).toEqual([]);
  });
});
