/**
 * A hostile app, opened by its owner: script on its origin tries everything to reach the dashboard, its session, another
 * app. Each attack is shown to run (it gets an error, an empty hand), and the dashboard to be as it was.
 */
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { appOriginContents } from "../../harness/app-origin-contents.ts";
import { keepOnFailure, launchBrowser, logPage } from "../../harness/browser.ts";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { openApp, signIn, waitForState } from "../../harness/visit.ts";
import { appCookie, type HostileApp, startHostileApp } from "./hostile-app.ts";

let hostile: HostileApp;
let culvert: Culvert;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let app: Frame;
let dashboard: string;

beforeAll(async () => {
  hostile = await startHostileApp();
  culvert = await startCulvert({ appPort: hostile.port, webrtc: "native", recording: "count" });
  dashboard = culvert.dashboardOrigin;
  browser = await launchBrowser();
  context = await browser.newContext();
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await hostile?.close();
});
beforeEach(({ task }) => {
  const log = logPage(page);
  keepOnFailure(`hostile-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});
/** The owner is still signed in, the page still where it was, the list of servers and of sessions unchanged. */
afterEach(async () => {
  expect(page.url()).toContain(`${dashboard}/app-view/`);
  expect(await state()).toEqual({ account: 200, servers: ["test-laptop"], sessions: 1 });
});

test("the owner opens it", async () => {
  await signIn(page, culvert.signInLink);
  app = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
});

/** What an attack could have changed, asked by the dashboard's own script. */
function state() {
  return page.evaluate(async () => {
    const { servers } = await (await fetch("/api/servers")).json();
    const account = (await fetch("/api/account")).status;
    const { sessions } = await (await fetch("/api/sessions")).json();
    const labels = servers.map(({ label }: { label: string }) => label);
    return { account, servers: labels, sessions: sessions.length };
  });
}

test("it cannot ask the dashboard's API for anything, with the owner's cookie or without", async () => {
  const answers = await app.evaluate(async (origin) => {
    const asked: string[] = [];
    const tries: [string, RequestInit][] = [
      ["/api/servers", { credentials: "include" }],
      ["/api/account", { credentials: "include" }],
      ["/api/enrollments", { method: "POST", credentials: "include" }],
      ["/api/servers", { credentials: "include", mode: "no-cors" }],
      ["/api/auth/sign-out", { method: "POST", credentials: "include", mode: "no-cors", body: "{}" }],
      ["/", { credentials: "include" }],
    ];
    for (const [path, init] of tries) {
      const answer = await fetch(origin + path, init).then(
        (response) => `${response.type} ${response.status} ${response.headers.get("content-type")}`,
        (fault: Error) => fault.name,
      );
      asked.push(answer);
    }
    return asked;
  }, dashboard);
  // An opaque answer tells nothing; every other one is refused by the browser.
  expect(answers).toEqual(["TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "TypeError"]);
});

test("its requests in the owner's name are refused, though the browser sends them", async () => {
  const answered: number[] = [];
  page.on("response", (response) => {
    if (response.url().startsWith(`${dashboard}/api/enrollments`)) answered.push(response.status());
  });
  await app.evaluate(async (origin) => {
    // The courier's window has no shim and no worker's rules: as much as an app can get.
    const bare = document.createElement("iframe");
    bare.src = "/.culvert/courier";
    document.body.append(bare);
    await new Promise((resolve) => bare.addEventListener("load", resolve, { once: true }));
    const form = document.createElement("form");
    form.method = "POST";
    form.action = `${origin}/api/enrollments`;
    form.target = "sink";
    form.innerHTML = '<input name="a" value="b">';
    const sink = document.createElement("iframe");
    sink.name = "sink";
    document.body.append(sink, form);
    const loaded = new Promise((resolve) => sink.addEventListener("load", resolve, { once: true }));
    form.submit();
    await loaded;
  }, dashboard);
  expect(answered).toEqual([403]);
});

test("it opens no socket to signaling, and no stream of events", async () => {
  const outcomes = await app.evaluate(async (origin) => {
    const bare = document.querySelector<HTMLIFrameElement>('iframe[src="/.culvert/courier"]');
    const natives = [window.WebSocket, (bare?.contentWindow as typeof globalThis & Window)?.WebSocket].filter(Boolean);
    const sockets = await Promise.all(
      natives.flatMap((Native) =>
        ["/api/signaling/viewer", "/api/signaling/agent", "/api/signaling/share"].map(
          (path) =>
            new Promise<string>((resolve) => {
              try {
                const socket = new Native(origin.replace("http", "ws") + path);
                socket.onopen = () => resolve("open");
                socket.onerror = () => resolve("refused");
              } catch (fault) {
                resolve(`refused ${(fault as Error).name}`);
              }
            }),
        ),
      ),
    );
    const events = await new Promise<string>((resolve) => {
      const source = new EventSource(`${origin}/api/servers/events`, { withCredentials: true });
      source.onopen = () => resolve("open");
      source.onerror = () => {
        source.close();
        resolve("refused");
      };
    });
    return [...sockets, events];
  }, dashboard);
  expect(outcomes.length).toBeGreaterThanOrEqual(4);
  expect(outcomes.filter((outcome) => !outcome.startsWith("refused"))).toEqual([]);
});

test("it registers no worker for the dashboard", async () => {
  const outcome = await app.evaluate(async (origin) => {
    const bare = document.querySelector<HTMLIFrameElement>('iframe[src="/.culvert/courier"]')?.contentWindow;
    const tried = [];
    // The page's own `register` is ours and pretends to succeed; the browser's is in a window without the shim.
    for (const [script, scope] of [
      [`${origin}/.culvert/sw.js`, `${origin}/`],
      ["/.culvert/sw.js", `${origin}/`],
      ["data:text/javascript,1", "/"],
    ] as const) {
      const registering = bare?.navigator.serviceWorker.register(script, { scope });
      tried.push(
        await registering?.then(
          () => "registered",
          (fault: Error) => fault.name,
        ),
      );
    }
    return tried;
  }, dashboard);
  expect(outcome).toEqual(["SecurityError", "SecurityError", "TypeError"]);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});

test("it does not lead the dashboard away", async () => {
  await app.evaluate(async () => {
    const ways = [
      () => Object.assign(window.top as Window, { location: "about:blank#stolen" }),
      () => window.top?.location.replace("about:blank#stolen"),
      () => window.open("about:blank#stolen", "_top"),
      () => window.open("about:blank#stolen", "_parent"),
    ];
    for (const way of ways) {
      try {
        way();
      } catch {
        // A refusal is what is hoped for; what the page is afterwards decides.
      }
    }
    const link = Object.assign(document.createElement("a"), { href: "about:blank#stolen", target: "_top" });
    const form = Object.assign(document.createElement("form"), { action: "about:blank", target: "_top" });
    document.body.append(link, form);
    link.click();
    form.submit();
  });
  // A navigation would have to be over before the page answers again.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  expect(page.url()).toContain(`${dashboard}/app-view/`);
});

test("a popup of the dashboard knows nothing of it, and it nothing of the popup", async () => {
  const opening = context.waitForEvent("page");
  await app.evaluate((origin) => {
    const popup = window.open(`${origin}/`, "victim");
    Object.assign(window, { popup });
  }, dashboard);
  const popup = await opening;
  await popup.getByRole("heading", { name: "Servers" }).waitFor();
  expect(await popup.evaluate(() => window.opener === null)).toBe(true);
  const reached = await app.evaluate(() => {
    const { popup: handle } = window as unknown as { popup: Window };
    try {
      return [handle.closed, handle.length, typeof handle.document];
    } catch (fault) {
      return [handle.closed, 0, (fault as Error).name];
    }
  });
  expect(reached).toEqual([true, 0, expect.not.stringMatching("object")]);
  await popup.close();
});

test("it cannot frame the dashboard", async () => {
  const framed = await app.evaluate(async (origin) => {
    const frame = document.createElement("iframe");
    frame.src = `${origin}/`;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    return frame.contentDocument === null;
  }, dashboard);
  expect(framed).toBe(true);
  const inside = page.frames().filter((frame) => frame !== page.mainFrame() && frame.url().startsWith(dashboard));
  for (const frame of inside) expect(await frame.content()).not.toContain('id="root"');
});

test("its origin's storage, caches and frames hold no cookie of the app's, no ticket, no token and no key", async () => {
  await app.evaluate(async () => (await fetch("/anything")).text());
  expect(hostile.seen.at(-1)?.headers.cookie).toContain(appCookie.value);
  const contents = await appOriginContents(app);
  expect(contents).toContain("theme=dark");
  expect(contents).not.toContain(appCookie.value);
  expect(contents).not.toMatch(/signalingTicket|remoteSessionToken|eyJ[\w-]{10,}\.|PRIVATE|session_token/);
  // Frames that it can reach: the courier's, on its own origin, and no other.
  const reachable = await app.evaluate(() =>
    Array.from({ length: window.parent.length }, (_, index) => {
      try {
        return (window.parent[index] as Window).location.pathname;
      } catch {
        return "closed";
      }
    }),
  );
  for (const path of reachable) expect(path).toMatch(/^(closed|\/|\/\.culvert\/\w+)$/);
  await expect(app.evaluate(() => window.parent.document.title)).rejects.toThrow(/cross-origin|Blocked/);
});

test("messages to the dashboard that it makes up change nothing", async () => {
  await app.evaluate(async () => {
    const made = [
      { type: "culvert-courier-ready" },
      { type: "culvert-need-port" },
      { type: "culvert-worker-ready" },
      { type: "culvert-courier-failed", message: "<img src=x onerror=alert(1)>" },
      { type: "culvert-port", bootId: "x" },
      { type: "page-info", path: "//evil.example", title: "x".repeat(100_000), icon: "javascript:alert(1)" },
      { type: "__proto__" },
      null,
      "text",
      new ArrayBuffer(1 << 20),
    ];
    for (const message of made) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => Object.assign(window, { gotPort: true });
      window.parent.postMessage(message, "*", [port2]);
      window.top?.postMessage(message, "*");
    }
    await new Promise((resolve) => setTimeout(resolve));
  });
  expect(await app.evaluate(async () => (await fetch("/still-there")).status)).toBe(200);
  expect(await page.evaluate(() => document.querySelectorAll("img[src='x']").length)).toBe(0);
});
