/** Requests through fetch-answer with a cache over maps and a core that is scripted. */
import { describe, expect, it } from "vitest";
import { memoryCache } from "../../test/memory-cache.ts";
import type { PortRequest } from "../ports/service-port.ts";
import type { LivingCore } from "./core-registry.ts";
import { EventSourceIds } from "./event-source-ids.ts";
import { answerFetch } from "./fetch-answer.ts";

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The body breaks after it. */
  readonly isCut?: boolean;
}

/** An app whose answers are given in order; the last one again and again. */
function setUp(...answers: readonly Answer[]) {
  const memory = memoryCache();
  const asked: PortRequest[] = [];
  let isThere = true;
  const openHttp = (request: PortRequest) => {
    const {
      status = 200,
      headers = {},
      body = "",
      isCut = false,
    } = answers[Math.min(asked.length, answers.length - 1)] ?? {};
    asked.push(request);
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes);
        if (isCut) controller.error(new TypeError("cut"));
        else controller.close();
      },
    });
    const head = {
      type: "head",
      status,
      statusText: "",
      headers: Object.entries(headers),
      documentCookies: "from=head",
    };
    return { outcome: Promise.resolve({ type: "head", head, body: stream }), cancel: () => {}, fail: () => {} };
  };
  const connection = { isGone: false, openHttp, readCookies: async () => "from=core", loopbackPort: 3000 };
  const core = { connection, hello: { serviceName: "app" } } as unknown as LivingCore;
  const get = async (init: RequestInit & { destination?: string; isWorkerStart?: boolean; path?: string } = {}) => {
    const request = new Request(`https://app.example${init.path ?? "/a"}`, init);
    if (init.destination !== undefined) Object.defineProperty(request, "destination", { value: init.destination });
    const response = await answerFetch(
      { request, clientId: "", isWorkerStart: init.isWorkerStart ?? false },
      {
        settings: { dashboardOrigin: "https://example", appViewUrl: "https://example/app-view/s/app" },
        appOrigin: "https://app.example",
        eventSourceIds: new EventSourceIds(),
        cache: memory.cache,
        whenReady: async () => (isThere ? core : undefined),
        hasCourier: async () => true,
        tellUploaded: () => {},
        clearSiteData: async () => {},
        isCore: () => true,
        whenGivenUp: () => () => {},
        whenGone: () => new Promise(() => {}),
      },
    );
    const text = await response.text().catch(() => "broken");
    // What is stored is stored after the answer was read.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise((resolve) => setTimeout(resolve, 0));
    return { status: response.status, text, headers: response.headers, type: response.type };
  };
  const leave = () => {
    isThere = false;
  };
  return { memory, asked, get, leave };
}

const fresh = { "cache-control": "max-age=60", "content-type": "text/plain" };
const html = { ...fresh, "content-type": "text/html; charset=utf-8" };
const page = "<!doctype html><head></head>page";

const gzip = async (text: string) =>
  new Uint8Array(
    await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
  );

describe("answers from the cache", () => {
  it("come without asking, even where no core is there", async () => {
    const { get, asked, leave } = setUp({ headers: fresh, body: "once" });
    expect((await get()).text).toBe("once");
    leave();
    expect((await get()).text).toBe("once");
    expect(asked).toHaveLength(1);
  });

  it("come after a 304 with its headers", async () => {
    const first = { "cache-control": "no-cache", etag: '"1"', "x-told": "old" };
    const { get, asked } = setUp({ headers: first, body: "kept" }, { status: 304, headers: { "x-told": "new" } });
    await get();
    const again = await get();
    expect([again.status, again.text, again.headers.get("x-told")]).toEqual([200, "kept", "new"]);
    expect(asked[1]?.headers).toContainEqual(["if-none-match", '"1"']);
  });

  it("are replaced by what comes instead of a 304", async () => {
    const { get } = setUp(
      { headers: { "cache-control": "no-cache", etag: '"1"' }, body: "old" },
      { headers: { ...fresh, etag: '"2"' }, body: "new" },
    );
    await get();
    expect((await get()).text).toBe("new");
    expect((await get()).text).toBe("new");
  });

  it("are decoded ones", async () => {
    const { get, asked } = setUp({ headers: { ...fresh, "content-encoding": "gzip" }, body: await gzip("plain") });
    await get();
    const again = await get();
    expect([again.text, again.headers.get("content-encoding")]).toEqual(["plain", null]);
    expect(asked).toHaveLength(1);
  });

  it("keep a page's own 304 a 304", async () => {
    const { get, asked } = setUp({ status: 304 });
    expect((await get({ headers: { "if-none-match": '"1"' } })).status).toBe(304);
    expect(asked[0]?.headers).toContainEqual(["if-none-match", '"1"']);
  });

  it("are redirects too", async () => {
    const { get, asked } = setUp({ status: 301, headers: { ...fresh, location: "https://app.example/b" } });
    await get();
    const again = await get();
    expect([again.status, again.headers.get("location")]).toEqual([301, "https://app.example/b"]);
    expect(asked).toHaveLength(1);
  });

  it("are refreshed behind a person's back where the app allows it", async () => {
    const headers = { "cache-control": "max-age=1, stale-while-revalidate=60", etag: '"1"' };
    const { get, asked, memory } = setUp(
      { headers, body: "old" },
      { headers: { ...headers, etag: '"2"' }, body: "new" },
    );
    await get();
    memory.nowMs += 2_000;
    expect((await get()).text).toBe("old");
    expect(asked[1]?.headers).toContainEqual(["if-none-match", '"1"']);
    expect((await get()).text).toBe("new");
    expect(asked).toHaveLength(2);
  });
});

describe("documents from the cache", () => {
  it("get the shim anew, with the cookies of now", async () => {
    const { get, asked, memory } = setUp({ headers: html, body: page });
    const first = await get({ destination: "iframe" });
    const again = await get({ destination: "iframe" });
    expect(first.text).toContain("from=head");
    expect(again.text).toContain("from=core");
    expect(again.text).toContain('data-port="3000"');
    expect(again.text).toMatch(/shim\.js.*page/s);
    expect(asked).toHaveLength(1);
    expect(await [...memory.bodies.values()][0]?.body.text()).toBe(page);
  });

  it("are what fetch gets without the shim", async () => {
    const { get, asked } = setUp({ headers: { ...html, "content-encoding": "gzip" }, body: await gzip(page) });
    await get({ destination: "iframe" });
    expect((await get()).text).toBe(page);
    expect(asked).toHaveLength(1);
  });

  it("wait for a core, whose cookies they show", async () => {
    const { get, leave } = setUp({ headers: html, body: page });
    await get({ destination: "iframe" });
    leave();
    expect((await get({ destination: "iframe" })).status).toBe(410);
  });
});

describe("what is never stored", () => {
  it.each([
    ["a body that broke off", { headers: fresh, body: "half", isCut: true }],
    ["no-store", { headers: { "cache-control": "no-store" } }],
    ["part of a body", { status: 206, headers: fresh }],
  ] as const)("%s", async (_name, answer) => {
    const { get, asked, memory } = setUp(answer);
    await get();
    await get();
    expect(asked).toHaveLength(2);
    expect(memory.bodies.size).toBe(0);
  });

  it.each([{ headers: { range: "bytes=0-1" } }, { cache: "no-store" }, { method: "HEAD" }] as RequestInit[])(
    "what %j gives",
    async (init) => {
      const { get, memory } = setUp({ headers: fresh });
      await get(init);
      expect(memory.bodies.size).toBe(0);
    },
  );
});

describe("invalidation (RFC 9111 §4.4)", () => {
  it("forgets what a request with effect answered well for, and what it names", async () => {
    const { get, memory } = setUp(
      { headers: fresh },
      { headers: fresh },
      { headers: fresh },
      { status: 201, headers: { location: "/b#x", "content-location": "https://other.example/c" } },
    );
    for (const path of ["/a", "/b", "/c"]) await get({ path });
    await get({ method: "POST" });
    expect([...memory.bodies.keys()]).toEqual(["https://app.example/c"]);
  });

  it("forgets nothing where it failed", async () => {
    const { get, memory } = setUp({ headers: fresh }, { status: 500 });
    await get();
    await get({ method: "DELETE" });
    expect(memory.bodies.size).toBe(1);
  });
});

describe("cache modes", () => {
  it("only-if-cached gives what is stored or a network error, and never asks", async () => {
    const { get, asked } = setUp({ headers: fresh, body: "kept" });
    const only = { cache: "only-if-cached", mode: "same-origin" } as const;
    expect((await get(only)).type).toBe("error");
    await get();
    expect((await get(only)).text).toBe("kept");
    expect(asked).toHaveLength(1);
  });

  it("reload asks without conditions and stores what comes", async () => {
    const { get, asked } = setUp({ headers: { ...fresh, etag: '"1"' }, body: "1" }, { headers: fresh, body: "2" });
    await get();
    expect((await get({ cache: "reload" })).text).toBe("2");
    expect((await get()).text).toBe("2");
    expect(asked[1]?.headers.map(([name]) => name)).not.toContain("if-none-match");
  });
});

it("asks the app where the storage is broken", async () => {
  const { get, asked, memory } = setUp({ headers: fresh, body: "asked" });
  memory.fault = new DOMException("blocked", "SecurityError");
  for (let times = 1; times <= 8; times += 1) {
    expect((await get()).text).toBe("asked");
    expect(asked).toHaveLength(times);
  }
});
