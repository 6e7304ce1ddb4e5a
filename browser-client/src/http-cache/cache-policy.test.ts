import { describe, expect, it } from "vitest";
import type { CacheEntry } from "./cache-entry.ts";
import { type Decision, decide, storingOf } from "./cache-policy.ts";
import type { CacheHeaders, CacheRequest } from "./cache-request.ts";

const startMs = Date.UTC(2026, 0, 1);
const date = new Date(startMs).toUTCString();

function request(headers: CacheHeaders = {}, mode: RequestCache = "default"): CacheRequest {
  return { url: "https://app/a", mode, headers, isAnonymous: false };
}

function entry(answer: Record<string, string>, asked = request(), status = 200): CacheEntry | undefined {
  const headers = new Headers({ date, ...answer });
  const storing = storingOf(asked, status, headers, startMs);
  return (
    storing && {
      ...{ url: asked.url, status, statusText: "", headers: [...headers], ...storing },
      ...{ isAnonymous: asked.isAnonymous, bodyMark: "", sizeBytes: 1 },
    }
  );
}

/** In a word: what becomes of an answer after some seconds. */
function after(seconds: number, answer: Record<string, string>, asked = request(), first = request()): string {
  const stored = entry(answer, first);
  return stored === undefined ? "not stored" : wordOf(decide(stored, asked, startMs + seconds * 1_000));
}

function wordOf(decision: Decision): string {
  if (decision.type === "use") return decision.refresh === undefined ? "use" : "use and refresh";
  return decision.type === "ask" ? "ask" : decision.headers.map(([name, value]) => `${name}: ${value}`).join("; ");
}

const etag = { etag: '"1"' };
const changed = "Thu, 01 Jan 2015 00:00:00 GMT";

describe("freshness (RFC 9111 §4.2)", () => {
  it.each([
    ["max-age not over", 59, { "cache-control": "max-age=60" }, "use"],
    ["max-age over, no validator", 60, { "cache-control": "max-age=60" }, "ask"],
    ["max-age over, ETag", 60, { "cache-control": "max-age=60", ...etag }, 'if-none-match: "1"'],
    ["names in capitals", 59, { "cache-control": "Max-Age=60" }, "use"],
    ["max-age counts before Expires", 1, { "cache-control": "max-age=60", expires: date }, "use"],
    ["Expires alone", 59, { expires: new Date(startMs + 60_000).toUTCString() }, "use"],
    ["an Expires that is no date", 1, { expires: "0", ...etag }, 'if-none-match: "1"'],
    ["Age was used up on the way", 11, { "cache-control": "max-age=60", age: "50", ...etag }, 'if-none-match: "1"'],
    ["fresh despite must-revalidate", 59, { "cache-control": "max-age=60, must-revalidate" }, "use"],
    ["a shared cache's lifetime is not ours", 1, { "cache-control": "s-maxage=60", ...etag }, 'if-none-match: "1"'],
    ["private", 59, { "cache-control": "private, max-age=60" }, "use"],
    [
      "immutable holds as long as max-age",
      61,
      { "cache-control": "max-age=60, immutable", ...etag },
      'if-none-match: "1"',
    ],
    ["a tenth of its age", 3_600, { "last-modified": changed }, "use"],
    [
      "no guess with must-revalidate",
      1,
      { "last-modified": changed, "cache-control": "must-revalidate" },
      `if-modified-since: ${changed}`,
    ],
  ] as const)("%s", (_name, seconds, answer, wanted) => {
    expect(after(seconds, answer)).toBe(wanted);
  });

  it("is asked about each time where it says no-cache, by both validators", () => {
    const answer = { "cache-control": "no-cache", ...etag, "last-modified": changed };
    expect(after(0, answer)).toBe(`if-none-match: "1"; if-modified-since: ${changed}`);
    expect(after(0, { pragma: "no-cache", ...etag })).toBe('if-none-match: "1"');
  });

  it("is used while it is refreshed as long as stale-while-revalidate says", () => {
    const answer = { "cache-control": "max-age=10, stale-while-revalidate=50", ...etag };
    expect(after(59, answer)).toBe("use and refresh");
    expect(after(61, answer)).toBe('if-none-match: "1"');
    expect(after(59, { ...answer, "cache-control": `must-revalidate, ${answer["cache-control"]}` })).toBe(
      'if-none-match: "1"',
    );
  });
});

describe("what is not stored (RFC 9111 §3)", () => {
  it.each([
    ["no-store", { "cache-control": "max-age=60, no-store" }],
    ["no-store in capitals", { "cache-control": "No-Store", ...etag }],
    ["Vary: *", { "cache-control": "max-age=60", vary: "*", ...etag }],
    ["neither validator nor lifetime", { "content-type": "text/plain" }],
    ["a lifetime of nothing", { "cache-control": "max-age=0" }],
    [
      "what cookies decide, without an ETag",
      { "cache-control": "max-age=60", vary: "Cookie", "last-modified": changed },
    ],
    ["an event stream", { "cache-control": "max-age=60", "content-type": "text/event-stream" }],
  ])("%s", (_name, answer) => {
    expect(entry(answer as Record<string, string>)).toBeUndefined();
  });

  it.each([206, 302, 304, 401, 403, 500, 503])("status %d with a validator alone", (status) => {
    expect(entry({ ...etag }, request(), status)).toBeUndefined();
  });

  it.each([200, 203, 204, 301, 308, 404, 410])("but status %d is", (status) => {
    expect(entry({ "cache-control": "max-age=60" }, request(), status)).toBeDefined();
  });

  it("asked with no-store", () => {
    expect(entry({ "cache-control": "max-age=60" }, request({ "cache-control": "No-Store" }))).toBeUndefined();
  });
});

describe("Vary (RFC 9111 §4.1)", () => {
  const answer = { "cache-control": "max-age=60", vary: "X-Kind, Accept", ...etag };
  const first = request({ "x-kind": "a", accept: "*/*" });

  it("selects by the named fields alone", () => {
    expect(after(1, answer, request({ "x-kind": "a", accept: "*/*", other: "1" }), first)).toBe("use");
    expect(after(1, answer, request({ "x-kind": "b", accept: "*/*" }), first)).toBe("ask");
    expect(after(1, answer, request({ accept: "*/*" }), first)).toBe("ask");
  });

  it("is asked about each time where cookies decide, by ETag alone", () => {
    const varied = { ...answer, vary: "Cookie", "last-modified": changed };
    expect(after(1, varied)).toBe('if-none-match: "1"');
    expect(after(1, { ...varied, vary: "x-kind, authorization" }, first, first)).toBe('if-none-match: "1"');
  });

  it("keeps none of the other request fields", () => {
    const stored = entry(answer, request({ "x-kind": "a", authorization: "Bearer secret" }));
    expect(JSON.stringify(stored)).not.toContain("secret");
  });
});

describe("what a request asks for", () => {
  const answer = { "cache-control": "max-age=60", ...etag };

  it.each([
    ["no-cache", 1, 'if-none-match: "1"'],
    ["force-cache", 600, "use"],
    ["only-if-cached", 600, "use"],
    ["default", 1, "use"],
  ] as const)("cache mode %s", (mode, seconds, wanted) => {
    expect(after(seconds, answer, request({}, mode))).toBe(wanted);
  });

  it("its own Cache-Control counts too", () => {
    expect(after(1, answer, request({ "cache-control": "no-cache" }))).toBe('if-none-match: "1"');
    expect(after(5, answer, request({ "cache-control": "Max-Age=4" }))).toBe('if-none-match: "1"');
    expect(after(5, answer, request({ pragma: "no-cache" }))).toBe('if-none-match: "1"');
  });

  it("force-cache does not take another variant", () => {
    const varied = { ...answer, vary: "x-kind" };
    expect(after(1, varied, request({ "x-kind": "b" }, "force-cache"), request({ "x-kind": "a" }))).toBe("ask");
  });

  it("what came with cookies is no answer to a request without", () => {
    expect(after(1, answer, { ...request(), isAnonymous: true })).toBe("ask");
  });
});
