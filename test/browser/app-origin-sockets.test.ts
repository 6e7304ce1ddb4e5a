/** WebSockets of the app, in Chromium, with a stub in the place of the core: to the page they are native ones. */
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../harness/browser.ts";
import { stopServiceWorkers } from "../harness/service-workers.ts";
import { type OriginServer, startOriginServer } from "./app-origin/origin-server.ts";
import type { Stub } from "./app-origin/stub-core.ts";
import { openStubbedApp } from "./app-origin/stubbed-app.ts";

let server: OriginServer;
let browser: Browser;
let page: Page;
let app: Frame;

declare const stub: Stub;

beforeAll(async () => {
  browser = await launchBrowser();
  server = await startOriginServer();
  page = await browser.newPage();
  app = await openStubbedApp(page, server, "/", "Home");
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  expect(server.leaks).toEqual([]);
});

test("text, views, buffers and blobs come back in the order of their sends", async () => {
  const echoed = await app.evaluate(
    () =>
      new Promise<(string | number[])[]>((resolve) => {
        const seen: (string | number[])[] = [];
        const socket = new WebSocket(`ws://${location.host}/echo`);
        socket.binaryType = "arraybuffer";
        socket.onopen = () => {
          socket.send("first");
          socket.send(new Blob([new Uint8Array([1, 2])]));
          socket.send(new Uint8Array([9, 3, 4, 9]).subarray(1, 3));
          socket.send(new Uint8Array([5]).buffer);
          socket.send("last ä€😀");
        };
        socket.onmessage = ({ data }) => {
          seen.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
          if (seen.length === 5) resolve(seen);
        };
      }),
  );
  expect(echoed).toEqual(["first", [1, 2], [3, 4], [5], "last ä€😀"]);
});

test("binaryType is read when a message is dispatched", async () => {
  const kinds = await app.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const socket = new WebSocket("/echo");
        socket.onopen = () => {
          socket.send(new Uint8Array([1]));
          socket.send(new Uint8Array([2]));
        };
        socket.addEventListener("message", ({ data }) => {
          seen.push(Object.prototype.toString.call(data));
          socket.binaryType = "arraybuffer";
          if (seen.length === 2) resolve(seen);
        });
      }),
  );
  expect(kinds).toEqual(["[object Blob]", "[object ArrayBuffer]"]);
});

test("the class is the native one to every observer", async () => {
  const facts = await app.evaluate(() => {
    class Own extends WebSocket {
      extra = 1;
    }
    const own = new Own("/echo", ["chat"]);
    const foreign = new WebSocket("ws://other.localhost:9/");
    const thrown = (act: () => unknown) => {
      try {
        act();
        return "";
      } catch (error) {
        return (error as Error).name;
      }
    };
    return {
      name: [WebSocket.name, WebSocket.length, String(own), Object.keys(own)],
      constants: [WebSocket.OPEN, own.CLOSED, own.readyState],
      kinds: [own instanceof Own, own instanceof WebSocket, foreign instanceof WebSocket, own.constructor === Own],
      url: [own.url, foreign.url],
      errors: [
        thrown(() => own.send("early")),
        thrown(() => own.close(1001)),
        thrown(() => own.close(3000, "ä".repeat(62))),
        thrown(() => new WebSocket("ftp://x/")),
        thrown(() => new WebSocket("/echo#part")),
        thrown(() => new WebSocket("/echo", ["a", "a"])),
        thrown(() => (WebSocket as unknown as () => void)()),
        thrown(() => foreign.send("early")),
      ],
      handler: [own.onopen, typeof Object.getOwnPropertyDescriptor(WebSocket.prototype, "onopen")?.set],
    };
  });
  expect(facts).toEqual({
    name: ["WebSocket", 1, "[object WebSocket]", ["extra"]],
    constants: [1, 3, 0],
    kinds: [true, true, true, true],
    url: [`${server.appOrigin.replace("http", "ws")}/echo`, "ws://other.localhost:9/"],
    errors: [
      "InvalidStateError",
      "InvalidAccessError",
      "SyntaxError",
      "SyntaxError",
      "SyntaxError",
      "SyntaxError",
      "TypeError",
      "InvalidStateError",
    ],
    handler: [null, "function"],
  });
});

test("closing gives the code and reason back, cleanly", async () => {
  const closed = await app.evaluate(
    () =>
      new Promise((resolve) => {
        const socket = new WebSocket("/echo", "chat");
        socket.onopen = () => socket.close(4001, "done");
        socket.onclose = ({ code, reason, wasClean }) =>
          resolve({ code, reason, wasClean, state: socket.readyState, protocol: socket.protocol });
      }),
  );
  expect(closed).toEqual({ code: 4001, reason: "done", wasClean: true, state: 3, protocol: "chat" });
});

test("a refused handshake is an error, then a close with 1006", async () => {
  const events = await app.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const socket = new WebSocket("/refused");
        socket.onerror = () => seen.push("error");
        socket.onclose = ({ code }) => resolve([...seen, `close ${code}`]);
      }),
  );
  expect(events).toEqual(["error", "close 1006"]);
});

test("a socket outlives the service worker, and ends with 1001 when its page goes", async () => {
  await app.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const socket = new WebSocket("/echo");
        Object.assign(globalThis, { socket });
        socket.onopen = () => resolve();
      }),
  );
  await stopServiceWorkers(page);
  const echoed = await app.evaluate(
    () =>
      new Promise((resolve) => {
        const { socket } = globalThis as unknown as { socket: WebSocket };
        socket.onmessage = ({ data }) => resolve(data);
        socket.send("still here");
      }),
  );
  expect(echoed).toBe("still here");
  await page.evaluate(() => stub.closes.splice(0));
  await app.evaluate(() => location.assign("/landing"));
  await expect.poll(() => page.evaluate(() => stub.closes)).toContain(1001);
});
