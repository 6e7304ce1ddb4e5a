/** Ports of apps: one for each, never given again, agreed upon by all nodes, on both engines. */
import { createServer, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type AppPortRange, portsOf } from "../src/config/index.ts";
import { AppPorts, type PortListeners } from "../src/hosting/index.ts";
import { AppPortListeners } from "../src/server/app-port-listeners.ts";
import type { Store } from "../src/store/index.ts";
import { engineNames, hasEngine, startEngine, type TestEngine } from "./engines.ts";

const range = { first: 4100, last: 4109 };

describe.each(engineNames)("%s", (name) => {
  let engine: TestEngine;
  const stores: Store[] = [];
  beforeAll(async () => {
    if (hasEngine(name)) engine = await startEngine(name);
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });
  afterAll(() => engine?.stop());

  const openStore = async (): Promise<Store> => {
    const store = await (await engine.place()).open();
    stores.push(store);
    return store;
  };
  const portsOn = (store: Store, of: AppPortRange = range, listeners?: PortListeners) =>
    new AppPorts({ store, range: of, listeners, nowMs: () => 1 });

  test.runIf(hasEngine(name))("a label keeps its port, and another one gets another", async () => {
    const store = await openStore();
    const ports = portsOn(store);
    expect(await ports.portOf("vite-aaa")).toBe(4100);
    expect(await ports.portOf("code-bbb")).toBe(4101);
    expect(await portsOn(store).portOf("vite-aaa")).toBe(4100);
    expect(await portsOn(store).labelAt(4101)).toBe("code-bbb");
    expect(await ports.labelAt(4102)).toBeUndefined();
    expect(await ports.labelAt(80)).toBeUndefined();
  });

  test.runIf(hasEngine(name))("of nodes that ask at once each label gets one port and no port two labels", async () => {
    const store = await openStore();
    const nodes = [portsOn(store), portsOn(store), portsOn(store)];
    const labels = ["a", "b", "c", "d", "e", "f"];
    const asked = nodes.flatMap((node) => labels.map((label) => node.portOf(label)));
    const given = await Promise.all(asked);
    for (const node of [1, 2]) expect(given.slice(node * 6, node * 6 + 6)).toEqual(given.slice(0, 6));
    expect(new Set(given.slice(0, 6)).size).toBe(6);
    expect(await store.queries.selectFrom("appPorts").selectAll().execute()).toHaveLength(6);
  });

  test.runIf(hasEngine(name))("the last one is followed by a refusal that says what to do", async () => {
    const store = await openStore();
    const ports = portsOn(store, { first: 4100, last: 4101 });
    await ports.portOf("a");
    await ports.portOf("b");
    await expect(ports.portOf("c")).rejects.toMatchObject({
      code: "limit-reached",
      message: "Every app port of 4100-4101 is given to an app.",
      hint: expect.stringContaining("CULVERT_APP_PORTS"),
    });
    expect(await ports.portOf("a")).toBe(4100);
  });

  test.runIf(hasEngine(name))("another range gives other ports, and the first one back what it gave", async () => {
    const store = await openStore();
    expect(await portsOn(store).portOf("a")).toBe(4100);
    const moved = portsOn(store, { first: 4200, last: 4209 });
    expect(await moved.portOf("a")).toBe(4200);
    expect(await moved.labelAt(4100)).toBeUndefined();
    expect(await portsOn(store).portOf("b")).toBe(4101);
    expect(await portsOn(store).portOf("a")).toBe(4100);
  });

  test.runIf(hasEngine(name))("a port that another program has is passed over, and not lost", async () => {
    const store = await openStore();
    const foreign = new Set([4100]);
    const listeners: PortListeners = { listen: async (port) => (foreign.has(port) ? "taken" : "listening") };
    expect(await portsOn(store, range, listeners).portOf("a")).toBe(4101);
    foreign.add(4101);
    const later = portsOn(store, range, listeners);
    expect(await later.listenAtAll()).toEqual([4101]);
    await expect(later.portOf("a")).rejects.toMatchObject({ code: "unavailable", message: /Port 4101/ });
    foreign.clear();
    expect(await later.portOf("b")).toBe(4100);
    expect(await later.portOf("a")).toBe(4101);
  });
});

describe("listening", () => {
  let foreign: Server;
  afterEach(() => new Promise((resolve) => foreign.close(resolve)));

  test("a port of another program is told as taken, also the second time", async () => {
    foreign = createServer();
    const port = await new Promise<number>((resolve) =>
      foreign.listen(0, "127.0.0.1", () => resolve((foreign.address() as { port: number }).port)),
    );
    const http = await import("node:http");
    const listeners = new AppPortListeners("127.0.0.1", http.createServer());
    expect(await listeners.listen(port)).toBe("taken");
    expect(await listeners.listen(port)).toBe("taken");
    listeners.close();
  });
});

test("ports that browsers refuse are given to nobody", () => {
  expect(portsOf({ first: 6664, last: 6670 })).toEqual([6664, 6670]);
});
