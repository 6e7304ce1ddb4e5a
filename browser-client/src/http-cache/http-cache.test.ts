import { describe, expect, it } from "vitest";
import { memoryCache } from "../../test/memory-cache.ts";
import type { CacheRequest } from "./cache-request.ts";

const url = "https://app/a";
const asked: CacheRequest = { url, mode: "default", headers: {}, isAnonymous: false };
const fresh = { "cache-control": "max-age=60" };
const validated = { "cache-control": "no-cache", etag: '"1"' };

const body = (text = "") => ({ sizeBytes: text.length, toBlob: () => new Blob([text]) });
const head = (headers: Record<string, string>, status = 200) =>
  new Response(status === 204 ? null : "", { status, headers });

/** A cache that holds one answer. */
async function holding(headers: Record<string, string> = fresh, text = "body") {
  const memory = memoryCache();
  await memory.cache.keep(asked, head(headers), body(text), memory.cache.moment);
  return memory;
}

describe("HttpCache", () => {
  it("gives what it was given", async () => {
    const { cache } = await holding();
    const found = await cache.find(asked);
    expect(found?.decision).toEqual({ type: "use", refresh: undefined });
    expect(await found?.stored.text()).toBe("body");
  });

  it("gives what has just come whole, before it is stored", async () => {
    const { cache } = memoryCache();
    void cache.keep(asked, head(fresh), Promise.resolve(body("just")), cache.moment);
    expect(await (await cache.find(asked))?.stored.text()).toBe("just");
  });

  it("gives nothing to a reload, which asks the app", async () => {
    const { cache } = await holding();
    expect(await cache.find({ ...asked, mode: "reload" })).toBeUndefined();
  });

  it("takes a 304 answer's headers and lifetime, and leaves the body where it lies", async () => {
    const memory = await holding({ ...validated, "x-kept": "1", "x-told": "old" });
    const found = await memory.cache.find(asked);
    if (found?.decision.type !== "validate") throw new Error("nothing to validate");
    const answer = new Headers({ ...fresh, "x-told": "new", "x-more": "2", "content-type": "text/odd" });
    const entry = await memory.cache.update(found, asked, answer, memory.cache.moment);
    expect(Object.fromEntries(entry.headers)).toEqual({
      ...validated,
      ...fresh,
      ...{ "x-kept": "1", "x-told": "new", "x-more": "2", "content-type": "text/plain;charset=UTF-8" },
    });
    const again = await memory.cache.find(asked);
    expect(again?.decision.type).toBe("use");
    expect(await again?.stored.text()).toBe("body");
  });

  it("forgets what a 304 answer forbids to store", async () => {
    const memory = await holding(validated);
    const found = await memory.cache.find(asked);
    if (found === undefined) throw new Error("nothing found");
    await memory.cache.update(found, asked, new Headers({ "cache-control": "no-store" }), memory.cache.moment);
    expect(memory.bodies.size).toBe(0);
  });

  it("never gives a body that belongs to another head", async () => {
    const memory = await holding();
    const other = { init: { headers: { ...fresh, etag: '"2"' } }, body: new Blob(["other"]) };
    memory.bodies.set(url, other);
    expect(await memory.cache.find(asked)).toBeUndefined();
    expect(memory.entries.size).toBe(0);
  });

  it("forgets an entry whose body is gone, as where an app deletes all caches", async () => {
    const memory = await holding();
    memory.bodies.clear();
    expect(await memory.cache.find(asked)).toBeUndefined();
    expect(memory.entries.size).toBe(0);
  });

  it("stores nothing that is shorter than its Content-Length", async () => {
    const { entries, bodies } = await holding({ ...fresh, "content-length": "5" });
    expect([entries.size, bodies.size]).toEqual([0, 0]);
  });

  it("stores nothing that began before its address was invalidated, or everything cleared", async () => {
    const memory = memoryCache();
    const since = memory.cache.moment;
    await memory.cache.invalidate(url);
    await memory.cache.keep(asked, head(fresh), body("old"), since);
    expect(memory.entries.size).toBe(0);
    const later = memory.cache.moment;
    await memory.cache.keep(asked, head(fresh), body("new"), later);
    expect(memory.entries.size).toBe(1);
    await memory.cache.clear();
    await memory.cache.keep(asked, head(fresh), body("new"), later);
    expect([memory.entries.size, memory.bodies.size]).toEqual([0, 0]);
  });

  it("keeps one of two answers that come at once, whole", async () => {
    const { cache } = memoryCache();
    const keep = (text: string, etag: string) => cache.keep(asked, head({ ...fresh, etag }), body(text), cache.moment);
    await Promise.all([keep("one", '"1"'), keep("two", '"2"')]);
    const found = await cache.find(asked);
    expect([found?.stored.headers.get("etag"), await found?.stored.text()]).toEqual(['"2"', "two"]);
  });

  it("drops what was used longest ago where it is full", async () => {
    const memory = memoryCache(20_000); // 5 % of it: 1,000 bytes, 125 for one entry
    const put = async (name: string) => {
      const request = { ...asked, url: `https://app/${name}` };
      await memory.cache.keep(request, head(fresh), body("x".repeat(100)), memory.cache.moment);
      memory.nowMs += 1;
    };
    for (let index = 0; index < 11; index += 1) await put(String(index));
    expect([...memory.bodies.keys()].sort()).toEqual([...memory.entries.keys()].sort());
    expect(memory.entries.has("https://app/0")).toBe(false);
    expect(memory.entries.has("https://app/10")).toBe(true);
    expect(memory.entries.size).toBeGreaterThanOrEqual(9);
    expect(await memory.cache.mayKeep(asked, head({ ...fresh, "content-length": "126" }))).toBeUndefined();
    expect(await memory.cache.mayKeep(asked, head({ ...fresh, "content-length": "125" }))).toEqual({ maxBytes: 125 });
  });

  it("does not count what is replaced twice", async () => {
    const memory = memoryCache(20_000);
    for (let index = 0; index < 30; index += 1) {
      await memory.cache.keep(asked, head(fresh), body("x".repeat(100)), memory.cache.moment);
    }
    await memory.cache.keep({ ...asked, url: "https://app/b" }, head(fresh), body("y"), memory.cache.moment);
    expect([...memory.entries.keys()].sort()).toEqual([url, "https://app/b"]);
  });
});

describe("HttpCache over a storage in trouble", () => {
  it("holds nothing where the browser gives none, and leaves it alone after a while", async () => {
    const memory = memoryCache();
    memory.fault = new DOMException("blocked", "SecurityError");
    for (let times = 0; times < 6; times += 1) {
      expect(await memory.cache.find(asked)).toBeUndefined();
      await memory.cache.keep(asked, head(fresh), body(), memory.cache.moment);
    }
    await memory.cache.invalidate(url);
    await memory.cache.clear();
    memory.fault = undefined;
    expect(await memory.cache.mayKeep(asked, head(fresh))).toBeUndefined();
  });

  it("makes room where the browser has no more, and stores again later", async () => {
    const memory = memoryCache();
    for (const name of ["a", "b", "c", "d"]) {
      await memory.cache.keep({ ...asked, url: `https://app/${name}` }, head(fresh), body("12345678"), 0);
      memory.nowMs += 1;
    }
    memory.writeFault = new DOMException("full", "QuotaExceededError");
    const e = { ...asked, url: "https://app/e" };
    await memory.cache.keep(e, head(fresh), body("12345678"), memory.cache.moment);
    expect([...memory.entries.keys()]).toEqual(["https://app/d"]);
    expect([...memory.bodies.keys()]).toEqual(["https://app/d"]);
    memory.writeFault = undefined;
    await memory.cache.keep(e, head(fresh), body("12345678"), memory.cache.moment);
    expect(memory.entries.has(e.url)).toBe(true);
  });

  it("passes by a storage that does not answer", async () => {
    const memory = await holding();
    memory.hangs = true;
    expect(await memory.cache.find(asked)).toBeUndefined();
  });
});
