/** A request whose core goes away before it answers. */
import { expect, it } from "vitest";
import { memoryCache } from "../../test/memory-cache.ts";
import type { LivingCore } from "./core-registry.ts";
import { EventSourceIds } from "./event-source-ids.ts";
import { answerFetch } from "./fetch-answer.ts";

const failure = { code: "closed", message: "The dashboard's tab was closed.", hint: "" } as const;

/** Asks where the first core goes before it answers and the second one refuses; tells how often a core was asked. */
async function timesAsked(method: string): Promise<number> {
  let asked = 0;
  const core = (isGone: boolean): LivingCore => {
    const openHttp = () => {
      asked += 1;
      return { outcome: Promise.resolve({ type: "failed", failure }), cancel: () => {}, fail: () => {} };
    };
    return { connection: { isGone, openHttp }, hello: { serviceName: "app" } } as unknown as LivingCore;
  };
  const cores = [core(true), core(false)];
  const response = await answerFetch(
    { request: new Request("https://app.example/orders", { method }), clientId: "", isWorkerStart: false },
    {
      settings: { dashboardOrigin: "https://example", appViewUrl: "https://example/app-view/s/app" },
      appOrigin: "https://app.example",
      eventSourceIds: new EventSourceIds(),
      cache: memoryCache().cache,
      whenReady: async () => cores.shift(),
      hasCourier: async () => true,
      tellUploaded: () => {},
      clearSiteData: async () => {},
      isCore: () => true,
      whenGivenUp: () => () => {},
      whenGone: () => new Promise(() => {}),
    },
  );
  expect(response.type).toBe("error");
  return asked;
}

it.each(["GET", "HEAD"])("asks the next core for a %s", async (method) => {
  expect(await timesAsked(method)).toBe(2);
});

// RFC 9110 §9.2.2: the app may have acted on it before its answer was lost.
it.each(["POST", "DELETE"])("never sends a %s twice", async (method) => {
  expect(await timesAsked(method)).toBe(1);
});

/** A page goes before the app's head came; tells whether the request was given up with it. */
async function isGivenUpWithPage(keepalive: boolean): Promise<boolean> {
  let isCanceled = false;
  let settle: (outcome: unknown) => void = () => {};
  const exchange = {
    outcome: new Promise((resolve) => {
      settle = resolve;
    }),
    cancel: () => {
      isCanceled = true;
    },
    fail: () => {},
  };
  const core = { connection: { isGone: false, openHttp: () => exchange }, hello: { serviceName: "app" } };
  const answered = answerFetch(
    {
      request: new Request("https://app.example/left", { method: "POST", keepalive }),
      clientId: "page",
      isWorkerStart: false,
    },
    {
      settings: { dashboardOrigin: "https://example", appViewUrl: "https://example/app-view/s/app" },
      appOrigin: "https://app.example",
      eventSourceIds: new EventSourceIds(),
      cache: memoryCache().cache,
      whenReady: async () => core as unknown as LivingCore,
      hasCourier: async () => true,
      tellUploaded: () => {},
      clearSiteData: async () => {},
      isCore: () => true,
      whenGivenUp: () => () => {},
      whenGone: async () => {},
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  settle({ type: "failed", failure });
  await answered;
  return isCanceled;
}

it("gives up a request whose page has gone, and lets a beacon live on", async () => {
  expect(await isGivenUpWithPage(false)).toBe(true);
  expect(await isGivenUpWithPage(true)).toBe(false);
});
