import { afterEach, expect, test } from "vitest";
import type { PortRequest } from "../ports/service-port.ts";
import { type FarEnd, farEnd } from "../ports/testing/far-end.ts";
import { silentTicks } from "./core-connection.ts";
import { CoreRegistry, type LivingCore } from "./core-registry.ts";

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

const request = { method: "GET", path: "/" } as PortRequest;
const never = new AbortController().signal;

function registry() {
  const asked = { times: 0 };
  /** By lock: ends the page that holds it. */
  const endPage = new Map<string, () => void>();
  const gonePages: string[] = [];
  const cores = new CoreRegistry({
    requestPort: () => {
      asked.times += 1;
    },
    whenFree: (lock, signal) =>
      new Promise((resolve) => {
        endPage.set(lock, resolve);
        signal.addEventListener("abort", () => endPage.delete(lock));
      }),
    onPageGone: (lock) => gonePages.push(lock),
  });
  return { cores, asked, endPage, gonePages };
}

interface Offering {
  readonly portProtocol?: number;
  readonly lock?: string;
}

/** A core that offers its port; `taken` settles when the worker has taken or refused it. */
async function offer(cores: CoreRegistry, bootId: string, { portProtocol = 2, lock }: Offering = {}) {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const core = farEnd(port2);
  const taken = cores.add(port1);
  await core.next("worker-hello");
  const origins = { dashboardOrigin: "http://d", appViewUrl: "http://d/app-view" };
  core.send({ type: "core-hello", portProtocol, bootId, ...origins, serviceName: "vite", ...(lock && { lock }) });
  return { core, hello: await taken };
}

function exchangeOn(living: LivingCore | undefined) {
  const exchange = living?.connection.openHttp(request, { body: undefined, onUploaded: () => {} });
  if (exchange === undefined) throw new Error("no core is alive");
  return exchange;
}

async function failureOn(core: FarEnd, living: LivingCore | undefined, act: () => void) {
  const exchange = exchangeOn(living);
  await core.next("open-http");
  act();
  return exchange.outcome;
}

test("a core is there once both hellos were said", async () => {
  const { cores } = registry();
  const { core, hello } = await offer(cores, "one");
  expect(core.received[0]).toEqual({ type: "worker-hello", portProtocol: 2, takesParts: true });
  expect(hello?.serviceName).toBe("vite");
  expect(cores.has("one")).toBe(true);
});

test("a core is gone as soon as nobody holds its page's lock, whatever it says of itself", async () => {
  const { cores, endPage, gonePages } = registry();
  await offer(cores, "first", { lock: "first's page" });
  const { core } = await offer(cores, "second", { lock: "second's page" });
  for (let count = 0; count < 4; count += 1) cores.tick(false);
  expect(cores.current?.hello.bootId, "a held lock says more than the list of clients").toBe("second");
  const outcome = await failureOn(core, cores.current, () => endPage.get("second's page")?.());
  expect(outcome).toMatchObject({ type: "failed", failure: { code: "closed" } });
  expect(cores.current?.hello.bootId).toBe("first");
  expect(gonePages, "documents hear of it").toEqual(["second's page"]);
  cores.current?.connection.close("closed", "");
  expect([...endPage.keys()], "nobody asks for the lock of a core that has gone").not.toContain("first's page");
});

test("who waits asks for a port and gets the core that comes", async () => {
  const { cores, asked } = registry();
  const waiting = cores.whenReady(never);
  expect(asked.times).toBe(1);
  cores.tick();
  expect(asked.times, "asked again while somebody waits").toBe(2);
  await offer(cores, "one");
  expect((await waiting)?.hello.bootId).toBe("one");
  cores.tick();
  expect(asked.times, "nobody waits any more").toBe(2);
});

test("who waits too long gets none", async () => {
  const { cores } = registry();
  const patience = new AbortController();
  const waiting = cores.whenReady(patience.signal);
  patience.abort();
  expect(await waiting).toBeUndefined();
});

test("the newest core answers, and an older one when that is gone", async () => {
  const { cores } = registry();
  await offer(cores, "old");
  const { core: newer } = await offer(cores, "new");
  expect(cores.current?.hello.bootId).toBe("new");
  const outcome = await failureOn(newer, cores.current, () => {
    newer.send({ type: "core-closed", code: "closed", message: "The App View was closed." });
  });
  expect(outcome).toMatchObject({ type: "failed", failure: { code: "closed", message: "The App View was closed." } });
  expect(cores.current?.hello.bootId).toBe("old");
});

test("streams of another core go on when one is gone", async () => {
  const { cores } = registry();
  const { core: old } = await offer(cores, "old");
  const exchange = exchangeOn(cores.current);
  const { port } = (await old.next("open-http")) as unknown as { port: MessagePort };
  const { core: newer } = await offer(cores, "new");
  await failureOn(newer, cores.current, () => newer.send({ type: "core-closed", code: "closed", message: "" }));
  port.postMessage({ type: "head", status: 200, statusText: "", headers: [] });
  expect((await exchange.outcome).type).toBe("head");
  port.close();
});

test("a core of another version is refused", async () => {
  const { cores } = registry();
  const { hello } = await offer(cores, "one", { portProtocol: 1 });
  expect(hello).toBeUndefined();
  expect(cores.current).toBeUndefined();
});

test("pings are answered, and a core that falls silent is gone after its ticks", async () => {
  const { cores } = registry();
  const { core } = await offer(cores, "one");
  core.send({ type: "ping", sequence: 41 });
  expect(await core.next("pong")).toEqual({ type: "pong", sequence: 41 });
  for (let tick = 1; tick < silentTicks; tick += 1) cores.tick();
  core.send({ type: "ping", sequence: 42 });
  await core.next("pong", 1);
  for (let tick = 1; tick < silentTicks; tick += 1) cores.tick();
  expect(cores.has("one"), "the second ping counted").toBe(true);
  cores.tick();
  expect(cores.has("one")).toBe(false);
});

test("all cores go when no page holds one", async () => {
  const { cores } = registry();
  await offer(cores, "one");
  await offer(cores, "two");
  cores.tick(false);
  cores.tick(true);
  cores.tick(false);
  expect(cores.has("one"), "a page that was missed once").toBe(true);
  cores.tick(false);
  expect(cores.current).toBeUndefined();
});

test("a page port is handed on with who asks", async () => {
  const { cores } = registry();
  const { core } = await offer(cores, "one");
  const { port1, port2 } = new MessageChannel();
  cores.current?.connection.openPage("client-7", "http://x/page", port2);
  expect(await core.next("open-page")).toMatchObject({ clientId: "client-7", url: "http://x/page" });
  port1.close();
});

test("a document's cookies are read from the core, and from none that has gone", async () => {
  const { cores } = registry();
  const { core } = await offer(cores, "one");
  const connection = cores.current?.connection;
  const read = connection?.readCookies("/page");
  const asked = await core.next("read-cookies");
  (asked.port as MessagePort).postMessage("seen=1");
  expect(await read).toBe("seen=1");
  const late = connection?.readCookies("/page");
  connection?.close("closed", "The dashboard's tab was closed.");
  expect(await late).toBeUndefined();
  expect(await connection?.readCookies("/page")).toBeUndefined();
});
