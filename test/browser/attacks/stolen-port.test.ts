/**
 * A hostile app takes the port by which its service worker asks the core for streams, and asks it for everything. The
 * port is a capability for one service: it gives the app what the app has anyway, and takes no harm from nonsense.
 */
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage } from "../../harness/browser.ts";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { openApp, signIn, waitForState } from "../../harness/visit.ts";
import { appCookie, type HostileApp, startHostileApp } from "./hostile-app.ts";

let hostile: HostileApp;
/** Another program of the same machine, which the app is no door to. */
let other: HostileApp;
let culvert: Culvert;
let browser: Browser;
let page: Page;
let app: Frame;
/** A frame of the app in the courier's place. */
let thief: Frame;

beforeAll(async () => {
  hostile = await startHostileApp();
  other = await startHostileApp();
  culvert = await startCulvert({ appPort: hostile.port, webrtc: "native", recording: "count" });
  browser = await launchBrowser();
  page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await hostile?.close();
  await other?.close();
});
beforeEach(({ task }) => {
  const log = logPage(page);
  keepOnFailure(`port-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});

interface Heist {
  readonly port: MessagePort;
  readonly got: unknown[];
  /** Opens a stream over the stolen port and gives its first answer. */
  ask(request: object): Promise<{ type: string; status?: number; failure?: { code: string } }>;
}
declare const heist: Heist;

const get = {
  ...{ method: "GET", path: "/stolen", headers: [], hasBody: false, mode: "cors", destination: "" },
  ...{ credentials: "include", cache: "default", redirect: "follow", referrer: "", clientId: "x", bodySizeBytes: null },
};

test("the app leads the courier's window to a page of its own, which is given the next port", async () => {
  await signIn(page, culvert.signInLink);
  app = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
  const isCourier = await app.evaluate(() => {
    const windows = Array.from({ length: window.parent.length }, (_, index) => window.parent[index] as Window);
    const courier = windows.find((candidate) => {
      try {
        return candidate.location.pathname === "/.culvert/courier";
      } catch {
        return false;
      }
    });
    if (courier === undefined) return false;
    // The app's own frame may not lead others away; a link in the courier's document leads the courier itself.
    const link = Object.assign(courier.document.createElement("a"), { href: "/courier" });
    courier.document.body.append(link);
    link.click();
    return true;
  });
  expect(isCourier).toBe(true);
  const find = (): Frame | undefined => page.frames().find((frame) => new URL(frame.url()).pathname === "/courier");
  await expect.poll(find, { timeout: 30_000 }).toBeDefined();
  thief = find() as Frame;
  await thief.evaluate(async () => {
    const port = await (window as unknown as { stolen: Promise<MessagePort> }).stolen;
    const got: unknown[] = [];
    port.onmessage = ({ data }) => got.push(data);
    port.postMessage({ type: "worker-hello", portProtocol: 2 });
    const ask: Heist["ask"] = (request) =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(data);
        port.postMessage({ type: "open-http", request, port: port2 }, [port2]);
        setTimeout(() => resolve({ type: "silence" }), 5_000);
      });
    Object.assign(window, { heist: { port, got, ask } });
  });
});

test("it learns no key, token, ticket or path", async () => {
  const told = await thief.evaluate(async (request) => {
    const first = await heist.ask(request);
    return JSON.stringify({ got: heist.got, first });
  }, get);
  expect(told).toContain('"type":"head"');
  expect(told).not.toMatch(/eyJ[\w-]{10,}\.|signalingTicket|ice-|candidate|fingerprint|\b(?:\d{1,3}\.){3}\d{1,3}\b/);
  expect(told).not.toContain(appCookie.value);
  expect(hostile.seen.at(-1)).toMatchObject({ path: "/stolen" });
});

test("it chooses neither Host, Cookie nor Origin, and reaches no other address", async () => {
  const before = hostile.seen.length;
  const tries = [
    {
      ...get,
      path: "/headers",
      headers: [
        ["host", "evil.example"],
        ["cookie", "session=planted"],
        ["origin", "https://evil.example"],
      ],
    },
    {
      ...get,
      path: "/headers",
      headers: [
        ["x-forwarded-for", "1.2.3.4"],
        ["connection", "upgrade"],
        ["transfer-encoding", "chunked"],
      ],
    },
    { ...get, path: `http://127.0.0.1:${other.port}/elsewhere` },
    { ...get, path: `//127.0.0.1:${other.port}/elsewhere` },
    { ...get, path: "/a\r\nHost: evil.example\r\n\r\nGET /smuggled" },
    { ...get, path: "/\0" },
    { ...get, method: "CONNECT", path: "/tunnel" },
    { ...get, method: "TRACE", path: "/trace" },
    { ...get, method: "GET /smuggled HTTP/1.1\r\nx: y", path: "/" },
    { ...get, headers: [["x", "a\r\nset-cookie: b"]] },
    { ...get, headers: [["bad name", "a"]] },
  ];
  const outcomes = await thief.evaluate(
    async (requests) => Promise.all(requests.map((request) => heist.ask(request))),
    tries,
  );
  expect(outcomes).toHaveLength(tries.length);
  const arrived = hostile.seen.slice(before);
  const { port } = hostile;
  for (const { path, headers, method } of arrived) {
    expect(["127.0.0.1", "localhost"].map((name) => `${name}:${port}`)).toContain(headers.host);
    expect(headers.cookie ?? "").not.toContain("planted");
    expect(headers.origin ?? "").not.toContain("evil");
    expect(path).not.toMatch(/smuggled/);
    expect(method).toBe("GET");
  }
  expect(other.seen).toEqual([]);
});

test("nonsense on it harms nothing", async () => {
  const survived = await thief.evaluate(async (request) => {
    let seed = 4711;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const kinds = [
      "worker-hello",
      "open-http",
      "open-page",
      "pong",
      "ping",
      "core-hello",
      "__proto__",
      "constructor",
      "",
    ];
    const values: (() => unknown)[] = [
      () => null,
      () => random(1 << 30),
      () => -1,
      () => Number.NaN,
      () => "x".repeat(random(70_000)),
      () => [[["a", "b"]], {}],
      () => ({ ...request, [String(Object.keys(request)[random(12)])]: values[random(6)]?.() }),
      () => new Uint8Array(random(1_000)),
      () => new Map([[{}, {}]]),
      () => new Error("x"),
    ];
    const value = (): unknown => values[random(values.length)]?.();
    for (let count = 0; count < 3_000; count += 1) {
      const { port1, port2 } = new MessageChannel();
      const message = { type: kinds[random(kinds.length)], request: value(), portProtocol: value(), sequence: value() };
      const withPort = random(2) === 0;
      heist.port.postMessage(
        withPort ? { ...message, port: port2, clientId: value(), url: value() } : message,
        withPort ? [port2] : [],
      );
      // On a stream's own port too.
      port1.postMessage({ type: ["chunk", "end", "credit", "cancel", "x"][random(5)], bytes: value(), limit: value() });
      if (random(4) === 0) port1.close();
    }
    return (await heist.ask(request)).type;
  }, get);
  // The port may have been closed for it; the core, the page and the owner's session live.
  expect(["head", "silence", "failed"]).toContain(survived);
  await waitForState(page, /^Direct/);
  expect(await page.evaluate(async () => (await fetch("/api/account")).status)).toBe(200);
  await page.reload();
  await waitForState(page, /^Direct/);
});
